"""What the first site hears besides questionnaires: ratings after services, observations, forums, "you said, we did".

Everything goes through the services people use, each at its time.
"""

from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from collaboration.services.adding import add_action
from collaboration.services.handling import report_done
from core.clock import local, set_to
from core.models import OutboxItem
from core.recurrence import instant_of
from core.translated import TranslatedText
from incidents.models import Case, CaseStatus, IntakePoint
from incidents.services import residents
from incidents.services.residents import Sender
from incidents.services.steps import take_step
from organization.models import Role
from portal.demo.cases import walk_to_its_end
from portal.demo.chance import dice, identifier
from portal.demo.world import Place
from surveys.models import (
    Channel,
    Evidence,
    Forum,
    Invitation,
    Observation,
    QuestionnaireVersion,
    SaidDone,
    VersionState,
    Wave,
    WaveState,
)
from surveys.services import after_service, standing
from surveys.services.answering import Arrival, Given, record
from surveys.services.feedback import publish_feedback, save_feedback
from surveys.services.meetings import open_case_of_finding, save_forum, save_observation

#: The oldest of it is this many days old; a shorter history is lived through faster.
SPAN = 88
#: When residents report, one after the other, and when the desk publishes.
HOURS, PUBLISHED = ("08:20", "10:05", "13:40", "09:15", "11:30"), "16:00"
#: How long after its closing a service is rated.
RATED_AFTER = timedelta(hours=2, minutes=30)


@cache
def content() -> dict[str, Any]:
    """What is heard."""
    read: dict[str, Any] = yaml.safe_load(
        (Path(__file__).parent / "content" / "hearing.yaml").read_text("utf-8")
    )
    return read


def hear_residents(place: Place, first: datetime, moment: datetime) -> None:
    """Live through it between `first` and `moment`; nothing when it was done before."""
    if Observation.objects.filter(site=place.site).exists():
        return
    unit = min(timedelta(days=1), (moment - first) / SPAN)

    def at(ago: float, clock: str) -> datetime:
        """So many days ago, at that time of the site's wall; a history of hours knows no time of day."""
        then = moment - unit * ago
        if unit < timedelta(days=1):
            return then
        day = local(then, place.site.zone_info).date()
        wall = datetime.combine(day, time.fromisoformat(clock))
        return instant_of(wall, place.site.zone_info)

    _switch_on(place, first)
    for number, spec in enumerate(content()["services"]):
        _serve(place, spec, number, at(spec["ago"], HOURS[number % len(HOURS)]), unit)
    _ask_others(place)
    for spec in content()["observations"]:
        _observe(place, spec, at(spec["ago"], spec["clock"]), moment)
    for spec in content()["forums"]:
        _meet(place, spec, at(spec["ago"], spec["clock"]), moment, unit)
    for spec in content()["feedback"]:
        _answer_publicly(place, spec, at(spec["ago"], PUBLISHED) if spec["ago"] > 0 else moment)
    _give_to_a_department(place, first, moment)
    # Who closed the cases asked at once, at the time of then; nothing is left for a worker of now.
    asked = OutboxItem.objects.waiting().filter(handler=after_service.ASK, company=place.site.company_id)
    asked.update(state=OutboxItem.State.DONE, ended_at=moment)


def _switch_on(place: Place, first: datetime) -> None:
    """As soon as somebody is in office."""
    version = QuestionnaireVersion.objects.get(
        questionnaire__company=place.site.company_id,
        questionnaire__code="SAT-S",
        state=VersionState.PUBLISHED,
    )
    with set_to(first):
        standing.switch_on(
            user=place.first_with(Role.PROJECT_MANAGER),
            site=place.site,
            version=version,
            is_anonymous=False,
            cap_days=30,
        )


def _serve(place: Place, spec: dict[str, Any], number: int, at: datetime, unit: timedelta) -> None:
    """A report, brought to its end within half a day, and what its resident says of it."""
    supervisor = place.first_with(Role.SUPERVISOR)
    points = list(IntakePoint.objects.filter(site=place.site).order_by("pk"))
    with set_to(at):
        case = residents.report(
            point=points[number % len(points)],
            report=spec["report"],
            key=identifier(place.anchor, "served", number),
            text=spec["text"],
            sender=Sender(name=spec["name"], unit=spec["unit"], language=place.spec.language),
        ).follow_up.case
    steps: list[tuple[str, dict[str, Any]]] = [("accept", {}), ("finish", {"resolution": spec["done"]})]
    if spec["report"] == "complaint":
        steps = [("investigate", {}), ("reply", {"facts.reply": spec["done"], "facts.is_valid": True})]
    for turn, (step, values) in enumerate(steps, start=1):
        with set_to(at + unit * 0.03 * turn * turn):
            take_step(user=supervisor, case_id=case.pk, step=step, values=values)
    closing = ("answer", {"facts.answer": "accepted"}) if spec["report"] == "complaint" else ("confirm", {})
    with set_to(at + unit * 0.2):
        take_step(user=supervisor, case_id=case.pk, step=closing[0], values=closing[1])
        invitation = after_service.ask(case.pk)
    if invitation is not None and "rated" in spec:
        with set_to(at + unit * 0.2 + min(RATED_AFTER, unit * 0.2)):
            _rate(place, invitation, spec["rated"], number)


def _rate(place: Place, invitation: Invitation, rated: list[Any], number: int) -> None:
    solved, arrival, attitude, result, words = rated
    given = [
        Given("solved", choices=[solved]),
        Given("arrival", number=arrival),
        Given("attitude", number=attitude),
        Given("result", number=result),
        Given("why_not", choices=["slow"] if result <= 2 else []),
        Given("words", text=words),
    ]
    record(
        wave_id=invitation.wave_id,
        invitation_id=invitation.pk,
        given=given,
        arrival=Arrival(
            channel=Channel.SERVICE,
            evidence=Evidence.PERSONAL,
            language=place.spec.language,
            form_key=identifier(place.anchor, "rated", number),
        ),
    )


def _ask_others(place: Place) -> None:
    """Those whose cases the rest of the demo has closed."""
    ended = Case.objects.filter(site=place.site, status=CaseStatus.CLOSED, kind__in=after_service.KINDS)
    for case in ended.order_by("closed_at", "pk"):
        if case.closed_at is not None:
            with set_to(case.closed_at):
                after_service.ask(case.pk)


def _observe(place: Place, spec: dict[str, Any], at: datetime, moment: datetime) -> None:
    """What was seen; the first finding may have become a request that was settled."""
    user = place.first_with(Role.SUPERVISOR)
    with set_to(at):
        observation = save_observation(
            user=user,
            observation=Observation(
                site=place.site,
                zone=place.site.zones.order_by("code").first(),
                observed_at=at,
                is_unannounced=spec["unannounced"],
                what_was_seen=spec["seen"],
            ),
            findings=spec["findings"],
        )
    if "case" in spec:
        finding = observation.findings.earliest("pk")
        with set_to(at):
            case = open_case_of_finding(user=user, finding_id=finding.pk, kind="service_request")
        with set_to(at + (moment - at) / 3):
            walk_to_its_end(
                Case.objects.get(pk=case.pk),
                worker=place.first_with(Role.SHIFT_LEADER),
                settled=spec["case"],
            )


def _meet(place: Place, spec: dict[str, Any], at: datetime, moment: datetime, unit: timedelta) -> None:
    """A forum with its minutes and what was agreed, or one that is to come."""
    user = place.first_with(Role.PROJECT_MANAGER)
    forum = Forum(site=place.site, held_at=at, place=spec["place"], chair=user, topics=spec["topics"])
    if at > moment:
        with set_to(moment):
            save_forum(user=user, forum=forum)
        return
    forum.present, forum.residents_present = spec["present"], spec["residents"]
    forum.minutes = spec["minutes"]
    with set_to(at + unit * 0.1):
        forum = save_forum(user=user, forum=forum)
    for row in spec["actions"]:
        _agree(place, forum, row, at + unit * 0.1, unit, moment)


def _agree(
    place: Place, source: Any, row: dict[str, Any], at: datetime, unit: timedelta, moment: datetime
) -> None:
    """An action item of a forum or a survey, perhaps reported as done."""
    owner = place.first_with(row["owner"])
    with set_to(at):
        action = add_action(
            user=place.first_with(Role.PROJECT_MANAGER),
            operation_id=identifier(at, "heard", row["title"]),
            site=place.site,
            title=row["title"],
            kind="improvement",
            owner=owner,
            due_at=at + unit * row["days"],
            source=source,
        ).action
    if "done" in row:
        with set_to(min(at + unit * row["days"] * 0.8, moment)):
            report_done(user=owner, action_id=action.pk, version=1, what_was_done=row["done"])


def _answer_publicly(place: Place, spec: dict[str, Any], at: datetime) -> None:
    """A line that residents read; one that is dated to come is still a draft."""
    user = place.first_with(Role.PROJECT_MANAGER)

    def said(text: dict[str, str]) -> TranslatedText:
        return TranslatedText({code: words for code, words in text.items() if words})

    with set_to(at):
        line = save_feedback(
            user=user, feedback=SaidDone(site=place.site, said=said(spec["said"]), did=said(spec["did"]))
        )
        if spec["ago"] >= 0:
            publish_feedback(user=user, feedback_id=line.pk)


def _give_to_a_department(place: Place, first: datetime, moment: datetime) -> None:
    """The weakest item of the closed survey is somebody's work."""
    wave = Wave.objects.filter(site=place.site, state=WaveState.CLOSED).order_by("closed_at").last()
    if wave is None or wave.closed_at is None:
        return
    days = dice("measure").randint(2, 4)
    at = min(max(wave.closed_at, first) + timedelta(days=days), moment)
    _agree(place, wave, content()["measure"], at, timedelta(days=1), moment)
