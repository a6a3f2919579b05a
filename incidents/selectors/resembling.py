"""Cases that resemble what is being typed: perhaps the same matter, perhaps one that happened before (K16)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from core.clock import now
from incidents.grams import grams, likeness
from incidents.models import Case, CaseStatus
from incidents.workflows import workflow_of
from organization.models import Site

#: A case that ended longer ago than this is neither the same matter nor a recurrence (K16).
RECENT = timedelta(days=90)
#: Near in time: probably the same matter, told twice.
NEAR = timedelta(hours=24)
#: How many of a site's newest cases are compared at most, so that the answer is quick however many there are.
MOST_COMPARED = 1_500
MOST_SHOWN = 5
#: Below this nothing is suggested.
ENOUGH = 0.5
_FIELDS = (
    "pk", "number", "title", "place", "description", "kind", "state", "status", "category", "zone_id", "reported_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Typed:
    """What is known of the new case so far."""

    title: str = ""
    place: str = ""
    kind: str = ""
    category: str = ""
    zone_id: int | None = None


@dataclass(frozen=True, slots=True)
class Resembling:
    """A case that resembles it, how much (the more the likelier), and why, in words."""

    pk: int
    number: str
    title: str
    place: str
    state: Any
    tone: str
    reported_at: datetime
    score: float
    why: list[str]
    is_finished: bool
    #: same place and type within 90 days, and over: to be linked as having happened before
    is_recurrence: bool


def resembling(user: Any, site: Site, typed: Typed, moment: datetime | None = None) -> list[Resembling]:
    """The likeliest of the site's cases of the last 90 days, best first; nothing while too little is typed.

    Compared are the newest MOST_COMPARED that `user` may see; one query, whatever the size of the table.
    """
    moment = moment or now()
    pieces = grams(f"{typed.title} {typed.place}")
    if not pieces:
        return []
    rows = (
        Case.objects.visible_to(user)
        .filter(site=site, reported_at__gt=moment - RECENT, duplicate_of=None)
        .order_by("-reported_at", "-pk")
        .values(*_FIELDS)[:MOST_COMPARED]
    )
    found = [one for row in rows if (one := _compare(row, typed, moment)) is not None]
    return sorted(found, key=lambda one: (-one.score, -one.pk))[:MOST_SHOWN]


def happened_before(case: Case) -> Case | None:
    """The newest earlier case of the same place and type that ended within 90 days before, if none is linked (K16)."""
    if case.recurrence_of_id is not None or not (case.zone_id or case.place):
        return None
    here = Q(zone_id=case.zone_id) if case.zone_id else Q(place__iexact=case.place)
    if case.zone_id and case.place:
        here |= Q(place__iexact=case.place)
    earlier = Case.objects.filter(
        here,
        site_id=case.site_id,
        kind=case.kind,
        category=case.category,
        duplicate_of=None,
        reported_at__gt=case.reported_at - RECENT,
        reported_at__lt=case.reported_at,
    ).exclude(status=CaseStatus.OPEN)
    return earlier.exclude(status=CaseStatus.VOID).exclude(pk=case.pk).order_by("-reported_at").first()


def _compare(row: dict[str, Any], typed: Typed, moment: datetime) -> Resembling | None:
    title = likeness(grams(typed.title), grams(f"{row['title']} {row['description']}"))
    place = likeness(grams(typed.place), grams(row["place"]))
    same_zone = typed.zone_id is not None and typed.zone_id == row["zone_id"]
    same_kind = typed.kind == row["kind"]
    near = abs(moment - row["reported_at"]) < NEAR
    score = 0.6 * title + 0.2 * place + 0.2 * same_zone + 0.1 * same_kind + 0.15 * near
    if score < ENOUGH or title < 0.3:
        return None
    ended = row["status"] in (CaseStatus.CLOSED, CaseStatus.RESOLVED)
    same_type = same_kind and typed.category in ("", row["category"])
    return Resembling(
        pk=row["pk"],
        number=row["number"],
        title=row["title"],
        place=row["place"],
        state=workflow_of(row["kind"]).state(row["state"]).label,
        tone=_tone(row["status"]),
        reported_at=row["reported_at"],
        score=round(score, 3),
        why=list(
            _reasons(title, same_zone=same_zone, same_place=place > 0.6, same_kind=same_kind, near=near)
        ),
        is_finished=row["status"] in (CaseStatus.CLOSED, CaseStatus.VOID),
        is_recurrence=ended and same_type and (same_zone or place > 0.6),
    )


def _reasons(
    title: float, *, same_zone: bool, same_place: bool, same_kind: bool, near: bool
) -> Iterable[str]:
    if title > 0.85:
        yield _("same words")
    elif title > 0.3:
        yield _("similar words")
    if same_zone:
        yield _("same zone")
    if same_place:
        yield _("same place")
    if same_kind:
        yield _("same kind")
    if near:
        yield _("within a day")


def _tone(status: str) -> str:
    return Case(status=status).status_tone
