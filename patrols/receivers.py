"""Operations that phones hand in, by kind, and work left to the outbox. What they do stands in services."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from core import offline, outbox
from core.models import OutboxItem
from core.offline import Incoming, Outcome
from patrols.services import findings, intake, judging, telling


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


@outbox.handler(judging.TELL, title=_("Tell leaders and other programs of judged rounds"))
def tell_of_judged(payload: dict[str, Any], item: OutboxItem) -> None:
    """What comes after a tick that judged rounds."""
    telling.tell_of_judged(sites=payload["sites"], news=payload["news"])
