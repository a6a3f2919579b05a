"""Opening a case: once per operation, numbered by the site's day, told to the site's leaders."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from checklists.models import Answer
from core import live
from core.attachments import Prepared, attach
from core.clock import local, now
from core.events import emit
from core.faults import point
from core.numbering import next_number
from core.policies import require
from incidents import consequences, notices, signals
from incidents.categories import DEFAULT_CATEGORY, fits
from incidents.models import FACTS, NUMBER_PREFIX, Case, CaseEntry, CaseKind, CaseSource, EntryKind, Priority
from incidents.services.limits import set_limits
from incidents.services.telling import TOLD, tell
from incidents.services.writing import mark_days, show_photos
from incidents.workflows import workflow_of
from organization.access import people_holding
from organization.models import Person, Site, Zone


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
    reported_by: Person | None,
    occurred_at: datetime,
    source: str = CaseSource.GUARD,
    category: str = "",
    subcategory: str = "",
    facts: Mapping[str, Any] | None = None,
    reporter_name: str = "",
    reporter_phone: str = "",
    assigned_to: Person | None = None,
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
    announced, `uploads` photos of a form. `reported_by` is None when a resident or a device reports; `facts` are
    first values of the kind's own fields. The number is gapless within a company's day: HZ20261122-0007; an
    incident's names the category it was first given, EV20261122-002-0001 (※17), and keeps it.
    """
    existing = Case.objects.filter(company_id=site.company_id, operation_id=operation_id).first()
    if existing is not None:
        return Opened(existing, created=False)
    reported_at = reported_at or now()
    workflow = workflow_of(kind)
    category = category or DEFAULT_CATEGORY[CaseKind(kind)]
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
        due_at=due_at,
        reported_by=reported_by,
        reporter_name=reporter_name.strip()[:80],
        reporter_phone=reporter_phone.strip()[:30],
        assigned_to=assigned_to,
        state=workflow.initial.code,
        status=workflow.initial.status,
        state_since=reported_at,
        category=category,
        subcategory=subcategory if fits(kind, category, subcategory) else "",
    )
    set_limits(case, facts or {})
    case.number = _number(case)
    case.save()
    FACTS[CaseKind(kind)]._default_manager.create(case=case, **(facts or {}))
    point("case.opened")
    _begin_timeline(case, photos, uploads)
    mark_days(case)
    consequences.of_opening(case)
    _announce(case)
    return Opened(case, created=True)


def _number(case: Case) -> str:
    """The next number of the kind's series of the day."""
    day = local(case.reported_at, case.site.zone_info).date()
    series = f"{NUMBER_PREFIX[CaseKind(case.kind)]}{day:%Y%m%d}"
    if case.kind == CaseKind.INCIDENT:
        series = f"{series}-{case.category}"
    return f"{series}-{next_number(series, company_id=case.company_id):04}"


def _begin_timeline(case: Case, photos: Iterable[str], uploads: Iterable[Prepared]) -> None:
    """The first line, with what was photographed."""
    by = case.reported_by
    entry = CaseEntry.objects.create(
        case=case,
        kind=EntryKind.OPENED,
        at=case.reported_at,
        actor=by,
        text=case.description,
        to_state=case.state,
        is_internal=False,
    )
    attached = [attach(case, sha256=sha256, made_by=by, device_at=case.occurred_at) for sha256 in photos]
    attached += [attach(case, upload=upload, made_by=by) for upload in uploads]
    show_photos(case, entry, attached)


def _announce(case: Case) -> None:
    """The site's leaders hear of it, pages that show it and other systems too."""
    told = people_holding(TOLD, case.site)
    tell(notices.OPENED, case, told.exclude(pk=case.reported_by_id or 0))
    live.publish(f"site:{case.site_id}", "cases", case=case.pk)
    emit(signals.case_opened, case_id=case.pk, site_id=case.site_id)


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
    category: str = "",
    subcategory: str = "",
    facts: Mapping[str, Any] | None = None,
    reporter_name: str = "",
    reporter_phone: str = "",
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
    if category and not fits(kind, category, subcategory):
        wrong["subcategory" if fits(kind, category, "") else "category"] = _("This does not fit the kind.")
    if wrong:
        raise ValidationError(wrong)
    return open_case(
        operation_id=operation_id,
        site=site,
        kind=kind,
        title=title,
        description=description,
        source=source,
        category=category,
        subcategory=subcategory,
        facts=facts,
        reporter_name=reporter_name,
        reporter_phone=reporter_phone,
        reported_by=user,
        occurred_at=occurred_at or moment,
        reported_at=moment,
        place=place,
        zone=zone,
        priority=priority,
        due_at=due_at,
        uploads=uploads,
    )
