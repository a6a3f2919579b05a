"""Operations that phones hand in, by kind. What they do stands in services."""

from uuid import UUID

from core import offline
from core.offline import Incoming, Outcome
from patrols.services import findings, intake


@offline.bulk_handler("patrols.scan")
def scans(operations: list[Incoming]) -> dict[UUID, Outcome]:
    """Visits."""
    return intake.take_scans(operations)


@offline.bulk_handler("patrols.cannot_scan")
def cannot_scans(operations: list[Incoming]) -> dict[UUID, Outcome]:
    """Points that could not be scanned, with reason and photos."""
    return intake.take_scans(operations)


@offline.handler("checklists.check")
def check(operation: Incoming) -> Outcome:
    """A checklist filled in at a point."""
    return findings.take_check(operation)


@offline.handler("incidents.report")
def report(operation: Incoming) -> Outcome:
    """Something a guard reports."""
    return findings.take_report(operation)
