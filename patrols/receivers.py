"""Operations that phones hand in, by kind, and what patrols do when they announce something. The work is in services."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.dispatch import receiver

from core import offline, webhooks
from core.offline import Incoming, Outcome
from patrols import signals
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


@receiver(signals.rounds_judged)
def announce_judged(sender: Any, site_id: int, round_ids: Sequence[int], **kwargs: Any) -> None:
    """Other programs hear of judged rounds."""
    webhooks.announce("round.judged", round_ids, site_id=site_id)
