"""Opening a case: once per operation, numbered by the site's day, told to the site's leaders."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from checklists.models import Answer
from core import changed_days, live
from core.attachments import Prepared, attach
from core.clock import local, now
from core.events import emit
from core.faults import point
from core.notifications import notify
from core.numbering import next_number
from core.policies import require
from incidents import notices, signals
from incidents.models import NUMBER_PREFIX, Case, CaseEntry, CaseKind, CaseSource, EntryKind, Priority
from organization.access import SITE_LEADERS, people_holding
from organization.models import Person, Role, Site, Zone

#: Until when a case of a priority has to be settled, unless something else is said.
DUE_WITHIN = {
    Priority.P1: timedelta(hours=2),
    Priority.P2: timedelta(hours=8),
    Priority.P3: timedelta(hours=24),
}
TOLD = SITE_LEADERS | {Role.FIRE_SAFETY_MANAGER, Role.FACILITY_ENGINEER}


@dataclass(frozen=True, slots=True)
class Opened:
    """A case; `created` is false when the operation had opened it before."""

    case: Case
    created: bool


@transaction.atomic
def open_case(
    *,
    operation_id: UUID,
    site: Site,
    kind: str,
    title: str,
    reported_by: Person,
    occurred_at: datetime,
    source: str = CaseSource.GUARD,
    description: str = "",
    reported_at: datetime | None = None,
    place: str = "",
    zone: Zone | None = None,
    latitude: float | None = None,
    longitude: float | None = None,
    answer: Answer | None = None,
    priority: str = Priority.P3,
    due_at: datetime | None = None,
    photos: Iterable[str] = (),
    uploads: Iterable[Prepared] = (),
) -> Opened:
    """Open a case, or find the one this operation opened. Checks no policy: the calling service has done so.

    `occurred_at` (corrected time of the phone) and `reported_at` (now) are aware; `photos` are hashes a phone
    announced, `uploads` photos of a form. The number is gapless within a site's day: HZ20261122-0007.
    """
    existing = Case.objects.filter(company_id=site.company_id, operation_id=operation_id).first()
    if existing is not None:
        return Opened(existing, created=False)
    reported_at = reported_at or now()
    day = local(reported_at, site.zone_info).date()
    case = Case(
        company_id=site.company_id,
        site=site,
        zone=zone,
        operation_id=operation_id,
        kind=kind,
        source=source,
        priority=priority,
        title=title.strip()[:200] or str(CaseKind(kind).label),
        description=description.strip(),
        place=place.strip()[:200],
        latitude=latitude,
        longitude=longitude,
        answer=answer,
        occurred_at=occurred_at,
        reported_at=reported_at,
        due_at=due_at or reported_at + DUE_WITHIN[Priority(priority)],
        reported_by=reported_by,
    )
    series = f"{NUMBER_PREFIX[CaseKind(kind)]}{day:%Y%m%d}"
    case.number = f"{series}-{next_number(series, company_id=site.company_id):04}"
    case.save()
    point("case.opened")
    CaseEntry.objects.create(
        case=case, kind=EntryKind.OPENED, at=reported_at, actor=reported_by, text=case.description
    )
    for sha256 in photos:
        attach(case, sha256=sha256, made_by=reported_by, device_at=occurred_at)
    for upload in uploads:
        attach(case, upload=upload, made_by=reported_by)
    changed_days.mark([(site.pk, day)])
    tell(notices.OPENED, case, people_holding(TOLD, site).exclude(pk=reported_by.pk))
    live.publish(f"site:{site.pk}", "cases", case=case.pk)
    emit(signals.case_opened, case_id=case.pk, site_id=site.pk)
    return Opened(case, created=True)


def tell(kind: str, case: Case, people: Iterable[Person]) -> None:
    """Tell people about a case."""
    notify(
        kind,
        people,
        target=case,
        site=case.site,
        context={
            "kind": CaseKind(case.kind).label,
            "number": case.number,
            "title": case.title,
            "site": case.site.name,
            "place": case.place or "—",
            "due": case.due_at,
        },
    )


@transaction.atomic
def open_from_desk(
    *,
    user: Person,
    operation_id: UUID,
    site: Site,
    kind: str,
    title: str,
    description: str = "",
    place: str = "",
    zone: Zone | None = None,
    source: str = CaseSource.DESK,
    priority: str = Priority.P3,
    occurred_at: datetime | None = None,
    due_at: datetime | None = None,
    uploads: Iterable[Prepared] = (),
) -> Opened:
    """Open a case from a form or the API. Raises PermissionDenied, ValidationError."""
    require(user, "add", Case, parent=site)
    moment = now()
    wrong = {}
    if not title.strip():
        wrong["title"] = _("Say what it is.")
    if zone is not None and zone.site_id != site.pk:
        wrong["zone"] = _("This belongs to another site.")
    if occurred_at is not None and occurred_at > moment + timedelta(minutes=5):
        wrong["occurred_at"] = _("This lies in the future.")
    if wrong:
        raise ValidationError(wrong)
    return open_case(
        operation_id=operation_id,
        site=site,
        kind=kind,
        title=title,
        description=description,
        source=source,
        reported_by=user,
        occurred_at=occurred_at or moment,
        reported_at=moment,
        place=place,
        zone=zone,
        priority=priority,
        due_at=due_at,
        uploads=uploads,
    )
