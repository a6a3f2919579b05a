"""The residents of the demo: codes that hang at gates and lifts, what was reported by them and became of it, notices."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml

from core.clock import set_to
from core.translated import TranslatedText
from incidents.models import Case, FollowUp, IntakePoint
from incidents.services import residents
from incidents.services.handling import add_note, assign_case
from incidents.services.intake_points import add_point
from incidents.services.residents import Sender
from incidents.services.steps import take_step
from organization.models import Role, SiteInformation, SiteNotice
from organization.services import publishing
from portal.demo.chance import identifier
from portal.demo.photographs import hash_of
from portal.demo.world import Place

#: The oldest report is this many days old; a shorter history is lived through faster.
SPAN = 20
#: The resident's answer to a reply, as against the words of a step.
ANSWERS = ("satisfied", "accepted")


@cache
def content() -> dict[str, Any]:
    """The residents of every site, by its code."""
    path = Path(__file__).parent / "content" / "residents.yaml"
    read: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return read


def move_in(place: Place, first: datetime, moment: datetime) -> None:
    """Hang the codes at `first`; let residents report and be answered until `moment`. Nothing when codes hang already."""
    spec = content().get(place.spec.code)
    if spec is None or IntakePoint.objects.filter(site=place.site).exists():
        return
    supervisor = place.first_with(Role.SUPERVISOR)
    unit = min(timedelta(days=1), (moment - first) / SPAN)
    with set_to(first):
        texts = {name: _translated(value) for name, value in spec["information"].items()}
        publishing.save_information(actor=supervisor, information=SiteInformation(site=place.site, **texts))
        points = [add_point(user=supervisor, site=place.site, place=name) for name in spec["points"]]
    for notice in spec["notices"]:
        _announce(place, notice, moment, unit)
    for number, one in enumerate(spec["reports"]):
        _report(place, points[one["point"]], one, number, moment, unit)


def _translated(value: Any) -> Any:
    return TranslatedText(value) if isinstance(value, dict) else value


def _announce(place: Place, spec: dict[str, Any], moment: datetime, unit: timedelta) -> None:
    at = moment - unit * spec["ago"]
    notice = SiteNotice(
        site=place.site,
        kind=spec["kind"],
        title=TranslatedText(spec["title"]),
        text=TranslatedText(spec.get("text", {})),
        starts_at=at,
        ends_at=at + timedelta(days=spec["days"]) if "days" in spec else None,
    )
    actor = place.first_with(Role.PROJECT_MANAGER)
    with set_to(at):
        publishing.publish_notice(actor=actor, notice=publishing.save_notice(actor=actor, notice=notice))


def _report(
    place: Place, point: IntakePoint, spec: dict[str, Any], number: int, moment: datetime, unit: timedelta
) -> None:
    """One report and what becomes of it, each at its time."""
    begun = moment - unit * spec["ago"]
    with set_to(begun):
        sender = Sender(
            name=spec.get("name", ""),
            phone=spec.get("phone", ""),
            unit=spec.get("unit", ""),
            language=place.spec.language,
        )
        case = residents.report(
            point=point,
            report=spec["report"],
            key=_key(place, number, "report"),
            text=spec["text"],
            sender=sender,
            kept=[hash_of(spec["scene"])] if "scene" in spec else [],
        ).follow_up.case
    for after, act in sorted(_acts(place, case, spec, number), key=lambda one: one[0]):
        with set_to(min(begun + unit * after, moment)):
            act()


def _acts(
    place: Place, case: Case, spec: dict[str, Any], number: int
) -> Iterator[tuple[float, Callable[[], Any]]]:
    """What people of ours and the resident do, with how many days after the report."""
    supervisor, engineer = place.first_with(Role.SUPERVISOR), place.first_with(Role.FACILITY_ENGINEER)

    def ours(step: str, values: dict[str, Any]) -> Callable[[], Any]:
        photos = [hash_of(spec["after"])] if "after" in spec and step == "finish" else []
        return lambda: take_step(user=supervisor, case_id=case.pk, step=step, values=values, photos=photos)

    def theirs(step: str, words: str, turn: int) -> Callable[[], Any]:
        values = {"facts.answer": words} if words in ANSWERS else {"note": words}
        key = _key(place, number, f"{step} {turn}")
        return lambda: residents.take_step(
            case_id=case.pk,
            step=step,
            seen=residents.moment_of(Case.objects.get(pk=case.pk)),
            values=values,
            key=key,
        )

    if "says" in spec:
        yield 0.015, lambda: add_note(user=supervisor, case_id=case.pk, text=spec["says"], is_internal=False)
        yield (
            0.016,
            lambda: assign_case(
                user=supervisor,
                case_id=case.pk,
                version=Case.objects.get(pk=case.pk).version,
                person=engineer,
            ),
        )
    for name in ("steps", "again"):
        for after, step, values in spec.get(name, ()):
            yield after, ours(step, values)
    for turn, name in enumerate(("then", "close")):
        for after, step, words in spec.get(name, ()):
            yield after, theirs(step, words, turn)
    if "rating" in spec:
        last = max(row[0] for name in ("steps", "again", "then", "close") for row in spec.get(name, ()))
        rating, words = spec["rating"]
        yield last + 0.05, lambda: residents.rate(case_id=case.pk, rating=rating, words=words)


def _key(place: Place, number: int, what: str) -> UUID:
    return identifier(place.anchor, "resident", place.spec.code, number, what)


def some_follow_up(place: Place) -> FollowUp | None:
    """A request of a resident that waits for their word, to be opened by its link."""
    waiting = FollowUp.objects.filter(case__site=place.site, case__kind="service_request")
    return waiting.filter(case__status="resolved").order_by("-case__reported_at").first() or waiting.first()
