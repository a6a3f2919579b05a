"""Who may build questionnaires, run waves, and see what came of them."""

from core.policies import Internal, register
from organization.access import MANAGERS, OVERSIGHT, PLANNERS, SITE_LEADERS
from organization.models import Role
from organization.policies import CompanyPolicy, SitePolicy
from surveys.models import (
    Answer,
    BankQuestion,
    Call,
    Forum,
    Invitation,
    Observation,
    ObservationFinding,
    Occasion,
    PaperSheet,
    Question,
    Questionnaire,
    QuestionnaireVersion,
    Response,
    SaidDone,
    Section,
    Stratum,
    SurveyPlan,
    Wave,
)

#: Who learns the results: leaders and auditors of a site. Guards answer surveys about their work, they do not read them.
READERS = OVERSIGHT | {Role.FACILITY_ENGINEER, Role.TRAINER}
#: Who builds questionnaires and runs waves.
RUNNERS = PLANNERS
#: Who types in paper forms and telephones, observes on site and takes minutes.
COLLECTORS = SITE_LEADERS | MANAGERS | {Role.FIRE_SAFETY_MANAGER}

register(
    CompanyPolicy(Questionnaire, view=READERS, anywhere=True, add=RUNNERS, change=RUNNERS, publish=RUNNERS)
)
register(
    CompanyPolicy(
        QuestionnaireVersion, "questionnaire__company_id", view=READERS, anywhere=True, change=RUNNERS
    )
)
register(CompanyPolicy(BankQuestion, view=READERS, anywhere=True, add=RUNNERS, change=RUNNERS))
register(
    SitePolicy(
        Wave,
        view=READERS,
        add=RUNNERS,
        change=RUNNERS,
        open=RUNNERS,
        close=RUNNERS,
        cancel=RUNNERS,
        collect=COLLECTORS,
        export=READERS,
    )
)
register(SitePolicy(Invitation, "wave__site", view=COLLECTORS, change=COLLECTORS))
register(SitePolicy(Response, "wave__site", view=READERS, invalidate=RUNNERS))
register(SitePolicy(PaperSheet, "wave__site", view=COLLECTORS, enter=COLLECTORS))
register(SitePolicy(SurveyPlan, view=READERS, add=RUNNERS, change=RUNNERS))
register(SitePolicy(Occasion, "plan__site", view=READERS, change=COLLECTORS))
register(SitePolicy(Observation, view=READERS, add=COLLECTORS, change=COLLECTORS))
register(SitePolicy(Forum, view=READERS, add=COLLECTORS, change=COLLECTORS))
register(SitePolicy(SaidDone, view=READERS, add=RUNNERS, change=RUNNERS, publish=RUNNERS))
for reached_through_its_owner in (Section, Question, Stratum, Answer, ObservationFinding, Call):
    register(Internal(reached_through_its_owner))
