"""Who may see, report and settle cases."""

from core.policies import Internal, register
from incidents.case_policy import CasePolicy
from incidents.models import (
    Alarm,
    AlarmDevice,
    AlarmMessage,
    AlarmReading,
    AlarmRule,
    AlarmSource,
    AnalysisReport,
    ApprovalRule,
    Case,
    CaseEntry,
    CaseTemplate,
    ComplaintFacts,
    Dispatch,
    ElasticRule,
    EntryPhoto,
    Escalation,
    EscalationPolicy,
    EscalationStep,
    Extension,
    FollowUp,
    HazardFacts,
    IncidentFacts,
    IntakePoint,
    LimitRule,
    Mailbox,
    MailTaken,
    Mention,
    Pause,
    RequestFacts,
    SiteCondition,
    UpwardReport,
    ViolationFacts,
)
from incidents.shared_policy import MailboxPolicy, SharedPolicy
from organization.access import EVERYBODY, FIELD, MANAGERS, PLANNERS, SITE_LEADERS
from organization.models import Role
from organization.policies import SitePolicy

WORKERS = (FIELD | MANAGERS) - {Role.GUARD}
DECIDERS = PLANNERS | {Role.FIRE_SAFETY_MANAGER}

ANALYSTS = frozenset({Role.SUPERVISOR, Role.FIRE_SAFETY_MANAGER, Role.PROJECT_MANAGER, Role.COMPANY_MANAGER})

register(
    CasePolicy(
        Case,
        view=EVERYBODY,
        add=EVERYBODY - {Role.AUDITOR},
        change=WORKERS,
        note=EVERYBODY - {Role.AUDITOR},
        message=WORKERS,
        dispatch=WORKERS,
        merge=WORKERS,
        analyse=ANALYSTS,
        approve_analysis={Role.PROJECT_MANAGER, Role.COMPANY_MANAGER},
        decide=DECIDERS,
        reporter=WORKERS | {Role.AUDITOR},
        erase_reporter=MANAGERS,
        export=EVERYBODY,
    )
)
register(SharedPolicy(CaseTemplate, write=PLANNERS))
register(SharedPolicy(ApprovalRule, write=MANAGERS))
register(MailboxPolicy(Mailbox, write=MANAGERS))
for reached_through_its_case in (
    CaseEntry,
    Dispatch,
    IncidentFacts,
    ViolationFacts,
    HazardFacts,
    RequestFacts,
    ComplaintFacts,
    Extension,
    Mention,
    Pause,
    Escalation,
    EscalationStep,
    UpwardReport,
    AnalysisReport,
    FollowUp,
    EntryPhoto,
    AlarmDevice,
    AlarmMessage,
    AlarmReading,
    MailTaken,
):
    register(Internal(reached_through_its_case))
for rule in (LimitRule, ElasticRule, EscalationPolicy):
    register(SharedPolicy(rule, write=PLANNERS))
register(
    SitePolicy(
        SiteCondition,
        add=SITE_LEADERS | {Role.FIRE_SAFETY_MANAGER},
        change=SITE_LEADERS | {Role.FIRE_SAFETY_MANAGER},
    )
)
register(SitePolicy(IntakePoint, add=PLANNERS, change=PLANNERS))
register(
    SitePolicy(
        Alarm,
        acknowledge=EVERYBODY - {Role.AUDITOR},
        make_case=EVERYBODY - {Role.AUDITOR},
        settle=WORKERS,
        export=EVERYBODY,
    )
)
KEEPERS_OF_SOURCES = MANAGERS | {Role.AUDITOR}
register(SitePolicy(AlarmSource, view=KEEPERS_OF_SOURCES, add=MANAGERS, change=MANAGERS))
register(
    SitePolicy(
        AlarmRule, "source__site", view=KEEPERS_OF_SOURCES, add=MANAGERS, change=MANAGERS, delete=MANAGERS
    )
)
