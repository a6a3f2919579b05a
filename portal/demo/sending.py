"""People sent to what is open now: one who has not accepted yet, one on the way, one on site, one who was done."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import QuerySet

from core.clock import set_to
from incidents.models import Case, CaseKind, CaseStatus, Dispatch
from incidents.selectors.nearest import nearest
from incidents.services.dispatching import move, send
from incidents.services.handling import add_note
from organization.models import Person, Role
from portal.demo.world import Place

MINUTE = timedelta(minutes=1)
#: What became of those who were sent, by minutes before now: sent, and what they said since.
STORIES: tuple[tuple[float, tuple[tuple[float, str], ...]], ...] = (
    (4, ()),
    (9, ((8, "accept"), (6, "leave"))),
    (26, ((25, "accept"), (24, "leave"), (19, "arrive"))),
    (48, ((47, "accept"), (46, "leave"), (41, "arrive"), (30, "finish"))),
)
ARRIVED = {
    "zh-hans": "已到现场，先做好警戒，正在核实情况。",
    "zh-hant": "已到現場，先做好警戒，正在核實情況。",
}
DONE = {"zh-hans": "现场已处置，待后续跟进。", "zh-hant": "現場已處置，待後續跟進。"}


def send_people(place: Place, moment: datetime) -> None:
    """Send people of the site to its open cases, unless some were sent already."""
    if Dispatch.objects.filter(case__site=place.site).exists():
        return
    sender = place.first_with(Role.SUPERVISOR)
    for case, (sent_ago, said) in zip(_open(place, moment), STORIES, strict=False):
        with set_to(moment - sent_ago * MINUTE):
            person = _whom(place, case, is_first=not said)
            if person is None or person.pk == sender.pk:
                continue
            dispatch = send(user=sender, case_id=case.pk, person=person)
        _tell(case, dispatch, person, moment, said)


def _tell(
    case: Case, dispatch: Dispatch, person: Person, moment: datetime, said: Sequence[tuple[float, str]]
) -> None:
    words = {"arrive": ARRIVED, "finish": DONE}
    for ago, event in said:
        at = moment - ago * MINUTE
        with set_to(at):
            move(user=person, case_id=case.pk, dispatch_id=dispatch.pk, event=event)
        if text := words.get(event, {}).get(case.site.language):
            with set_to(at + MINUTE):
                add_note(user=person, case_id=case.pk, text=text)


def _open(place: Place, moment: datetime) -> "QuerySet[Case]":
    """Open cases older than every story, that wait for somebody on the spot; who has not accepted yet has time left."""
    oldest = moment - (max(ago for ago, _said in STORIES) + 1) * MINUTE
    rows = Case.objects.filter(
        site=place.site, status=CaseStatus.OPEN, reported_at__lt=oldest, paused_since=None
    )
    rows = rows.exclude(kind=CaseKind.COMPLAINT).select_related("site", "zone", "request")
    return rows.order_by("-priority", "-reported_at", "pk")[: len(STORIES)]


def _whom(place: Place, case: Case, *, is_first: bool) -> Person | None:
    """The guard of the demo for the first one, so that their phone has something to accept; else the nearest on shift."""
    if is_first:
        return place.first_with(Role.GUARD)
    return next((one.person for one in nearest(case) if one.is_free and not one.is_on_case), None)
