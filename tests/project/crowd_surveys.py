"""Many rows of surveys: waves with those they ask and what came back, the calendar, observations, forums, feedback, measures."""

from collections.abc import Callable
from typing import Any

from django.contrib.contenttypes.models import ContentType

from core.clock import now
from incidents.models import Case
from organization.models import Building, Household
from surveys.models import (
    Answer,
    BankQuestion,
    Invitation,
    Observation,
    Question,
    Questionnaire,
    QuestionnaireVersion,
    Response,
    Stratum,
    Wave,
)
from tests.project.world import World

BACK = "- interval '1 hour' * n"
DIGEST = "md5(gen_random_uuid()::text) || md5(n::text)"
CLOSED = {
    "state": "'closed'",
    "closed_at": f"opened_at {BACK}",
    "closed_on": "(opened_at::date - n)",
    "gate_token_sha256": "NULL",
}


def seed_surveys(world: World) -> None:
    """One of what world.py has not: answers of the running wave by part and channel, a case asked after its service."""
    wave, standing, site = world["running_wave"], world["standing_wave"], world.site
    response = Response.objects.filter(wave=wave).earliest("pk")
    stratum = Stratum.objects.create(wave=wave, label=f"Part {site.pk}", population=5, invited=5)
    service = Stratum.objects.create(wave=standing, service="service_request.lift", population=5, invited=5)
    world.objects |= {
        "response": response,
        "survey_answer": Answer.objects.filter(response=response).earliest("question__position"),
        "stratum": stratum,
        "service": service,
        "asked_case": Invitation.objects.create(
            wave=standing, case=world["case"], stratum=service, token_sha256=f"{site.pk:064}", sent_at=now()
        ),
        "bank_question": BankQuestion.objects.create(
            company=site.company, code=f"crowd-{site.pk}", text={"en": "Question?"}
        ),
    }


def grow_surveys(
    world: World,
    multiply: Callable[..., None],
    nth: Callable[[Any, int], str],
    most: int,
    some: int,
) -> None:
    """`most` of what accumulates, `some` of what a wave or a company has, few of what is planned or runs at once."""
    few = min(some, 40)
    _grow_questions(world, multiply, nth, few)
    running, standing = world["running_wave"], world["standing_wave"]
    multiply(running, few, gate_token_sha256="NULL")
    multiply(running, most, **CLOSED)
    multiply(standing, few, **CLOSED)
    multiply(world["wave"], few, gate_token_sha256="NULL")
    multiply(world["stratum"], few, building_id=nth(Building, few))
    multiply(world["service"], few, service="'service_request.c' || n")
    invited = {"token_sha256": DIGEST, "household_id": nth(Household, some)}
    multiply(world["running_invitation"], some, stratum_id=str(world["stratum"].pk), **invited)
    multiply(world["invitation"], some, **invited)
    multiply(world["asked_case"], some, token_sha256=DIGEST, case_id=nth(Case, some))
    answered = {"form_key": "gen_random_uuid()", "invitation_id": "NULL", "received_on": "received_on - n"}
    multiply(world["response"], some, stratum_id=str(world["stratum"].pk), **answered)
    multiply(
        world["response"], some, wave_id=str(standing.pk), stratum_id=str(world["service"].pk), **answered
    )
    answer = world["survey_answer"]
    unanswered = (
        f"(ARRAY(SELECT r.id FROM surveys_response r WHERE r.wave_id IN ({running.pk}, {standing.pk}) AND NOT EXISTS "
        f"(SELECT 1 FROM surveys_answer a WHERE a.response_id = r.id AND a.question_id = {answer.question_id})))[i]"
    )
    multiply(answer, 2 * some, response_id=unanswered)
    multiply(world["paper_sheet"], some, code="'C' || n", invitation_id="NULL")
    multiply(world["survey_plan"], few)
    multiply(world["occasion"], few, due_on="due_on - n")
    multiply(world["occasion"], most, due_on="due_on - n", state="'missed'")
    multiply(world["observation"], most, observed_at=f"observed_at {BACK}")
    multiply(world["observation_finding"], few, observation_id=nth(Observation, few))
    multiply(world["observation_finding"], few)
    multiply(world["forum"], most, held_at=f"held_at {BACK}")
    multiply(world["said_done"], most)
    multiply(
        world["action"],
        few,
        number=f"'AC-{world.site.pk}-wave-' || n",
        operation_id="gen_random_uuid()",
        source_type_id=str(ContentType.objects.get_for_model(Wave).pk),
        source_id=f"'{running.pk}'",
    )


def _grow_questions(
    world: World, multiply: Callable[..., None], nth: Callable[[Any, int], str], few: int
) -> None:
    multiply(world["questionnaire"], few, code="code || '-' || n")
    multiply(world["questionnaire_version"], few, questionnaire_id=nth(Questionnaire, few))
    multiply(world["bank_question"], few, code="code || '-' || n")
    question = Question.objects.filter(version=world["questionnaire_version"]).earliest("position")
    multiply(question, few, version_id=nth(QuestionnaireVersion, few))
    draft = world["survey_question"]
    multiply(draft, few, code="code || '_' || n", position="position + n")
