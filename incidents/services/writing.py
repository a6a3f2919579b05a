"""Writing a case: locked, with its next version, a line in the timeline, and everybody who must know told."""

from collections.abc import Iterable

from core import changed_days, live
from core.attachments import Prepared, attach
from core.clock import local
from core.policies import get_visible_or_404, require
from incidents import consequences
from incidents.models import Case, CaseEntry
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
    return case


def locked_unchecked(case_id: int) -> Case:
    """The case for writing, for a rule or a resident whose right was checked elsewhere. Raises Case.DoesNotExist."""
    rows = Case.objects.select_for_update(of=("self",)).select_related("site", "assigned_to", "resolved_by")
    return rows.get(pk=case_id)


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
    for upload in uploads:
        attach(case, upload=upload, made_by=made_by)
    for sha256 in photos:
        attach(case, sha256=sha256, made_by=made_by, device_at=entry.at)
    return entry


def mark_days(case: Case) -> None:
    """The days on which a case counts: reported, due, closed (domain 3.1 rule 1)."""
    zone = case.site.zone_info
    moments = (
        case.reported_at,
        case.occurred_at,
        case.response_due_at,
        case.due_at,
        case.original_due_at,
        case.resolved_at,
        case.closed_at,
    )
    changed_days.mark(
        {(case.site_id, local(moment, zone).date()) for moment in moments if moment is not None}
    )
