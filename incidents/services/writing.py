"""Writing a case: locked, with its next version, a line in the timeline, and everybody who must know told."""

from collections.abc import Iterable
from datetime import date, datetime

from core import changed_days, live
from core.attachments import Prepared, attach
from core.clock import local
from core.models import Attachment
from core.policies import get_visible_or_404, require
from incidents import consequences
from incidents.counted import AFTER_REPORT, NOTICE_WITHIN
from incidents.models import Case, CaseEntry, CaseKind, EntryPhoto
from incidents.selectors.told import is_told
from organization.models import Person


class StaleCase(Exception):
    """Somebody changed the case since it was read; `case` is how it stands now."""

    def __init__(self, case: Case) -> None:
        super().__init__(case.number)
        self.case = case


def locked(user: Person, case_id: int, action: str, version: int | None = None) -> Case:
    """The case for writing, with its facts. Raises Http404, PermissionDenied, StaleCase."""
    rows = Case.objects.select_for_update(of=("self",)).select_related("site", "assigned_to", "resolved_by")
    case = get_visible_or_404(user, rows, pk=case_id)
    require(user, action, case)
    if version is not None and case.version != version:
        raise StaleCase(case)
    return _remembering(case)


def locked_unchecked(case_id: int) -> Case:
    """The case for writing, for a rule or a resident whose right was checked elsewhere. Raises Case.DoesNotExist."""
    rows = Case.objects.select_for_update(of=("self",)).select_related("site", "assigned_to", "resolved_by")
    return _remembering(rows.get(pk=case_id))


def save(
    case: Case,
    entry: CaseEntry | None,
    *,
    uploads: Iterable[Prepared] = (),
    photos: Iterable[str] = (),
    made_by: Person | None = None,
) -> None:
    """Write the next version of a case with its line in the timeline and photos; marks its days, tells the pages."""
    more = consequences.of_saving(case)
    case.version += 1 + len(more)
    case.first_resolved_at = case.first_resolved_at or case.resolved_at
    case.save()
    if entry is not None:
        enter(case, entry, uploads=uploads, photos=photos, made_by=made_by)
    for line in more:
        enter(case, line)
    mark_days(case)
    live.publish(f"site:{case.site_id}", "cases", case=case.pk)


def enter(
    case: Case,
    entry: CaseEntry,
    *,
    uploads: Iterable[Prepared] = (),
    photos: Iterable[str] = (),
    made_by: Person | None = None,
) -> CaseEntry:
    """Add a line to the timeline, with photos of the case."""
    entry.save()
    attached = [attach(case, upload=upload, made_by=made_by) for upload in uploads]
    attached += [attach(case, sha256=sha256, made_by=made_by, device_at=entry.at) for sha256 in photos]
    show_photos(case, entry, attached)
    return entry


def show_photos(case: Case, entry: CaseEntry, attached: Iterable[Attachment]) -> None:
    """Let the resident who follows the case see photos, if the line they came with is told them."""
    if is_told(case, entry):
        EntryPhoto.objects.bulk_create(
            [EntryPhoto(entry=entry, attachment=one) for one in attached], ignore_conflicts=True
        )


def mark_days(case: Case) -> None:
    """Mark every day on which the case counts or did before this change (incidents.selectors.figures says by what)."""
    changed_days.mark((case.site_id, day) for day in case.days_before | days_of(case) | days_of_facts(case))


def days_of(case: Case) -> frozenset[date]:
    """The site's days a case counts on by its own columns."""
    moments = {
        case.reported_at,
        *(case.reported_at + after for after in AFTER_REPORT.get(case.kind, ())),
        case.counted_response_due_at,
        case.counted_due_at,
        case.first_resolved_at,
        case.closed_at,
    }
    return _days(case, moments)


def days_of_facts(case: Case) -> frozenset[date]:
    """The days a case counts on by what stands beside it: what an incident did and owes, how hazards came back."""
    if case.kind == CaseKind.HAZARD and case.reopened_count:
        # Opened again it is not over, and what was taken for new is the same hazard.
        return _days(case, case.recurrences.values_list("reported_at", flat=True))
    if case.kind != CaseKind.INCIDENT:
        return frozenset()
    owed = Case.objects.filter(pk=case.pk).values_list(
        "incident__plan_activated_at", "alarms__received_at", "analysis__due_at"
    )
    first = case.upward_reports.filter(number=1).values_list("due_at", "statutory_due_at")
    found: set[datetime | None] = {moment for report in first for moment in report}
    for activated, *due in owed:
        found |= {None if activated is None else activated + NOTICE_WITHIN, *due}
    return _days(case, found)


def mark_moments(case: Case, *moments: datetime | None) -> None:
    """Mark the days of moments that something owed beside the case counted by until now."""
    changed_days.mark((case.site_id, day) for day in _days(case, moments))


def _days(case: Case, moments: Iterable[datetime | None]) -> frozenset[date]:
    zone = case.site.zone_info
    return frozenset(local(moment, zone).date() for moment in moments if moment is not None)


def _remembering(case: Case) -> Case:
    """A case about to be changed keeps in mind the days it counted on."""
    case.days_before = days_of(case)
    return case
