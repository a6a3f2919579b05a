"""One round of the auditor: ask every expectation, open and resolve findings, beat."""

import time
from collections.abc import Iterable
from datetime import timedelta

import structlog
from django.db import transaction

from core import clock, events
from core.auditor import heart, signals
from core.auditor.expectations import Expectation, Finding, registered
from core.models import AuditorFinding

log = structlog.get_logger()

#: Findings one expectation may report; more are counted in the log only.
MOST = 200


def run() -> int:
    """Ask all expectations and record what they found; returns the number of open findings.

    A check that fails is itself a finding, and the others still run. The heartbeat is written last, so a round
    that dies shows as silence.
    """
    begun = time.monotonic()
    for known in registered().values():
        with transaction.atomic():
            _reconcile(known.name, _ask(known))
    opened = AuditorFinding.objects.filter(resolved_at=None).count()
    heart.beat(heart.AUDITOR, duration=timedelta(seconds=time.monotonic() - begun), findings=opened)
    return opened


def _ask(known: Expectation) -> list[Finding]:
    try:
        with transaction.atomic():
            found = list(known.check())
    except Exception as error:
        log.exception("expectation failed", expectation=known.name)
        return [Finding("check-failed", details={"error": f"{type(error).__name__}: {error}"[:500]})]
    if len(found) > MOST:
        log.warning("more findings than are kept", expectation=known.name, count=len(found))
    return found[:MOST]


def _reconcile(name: str, found: Iterable[Finding]) -> None:
    now = clock.now()
    by_key = {finding.key: finding for finding in found}
    known = {row.key: row for row in AuditorFinding.objects.filter(expectation=name, resolved_at=None)}
    gone = [row.pk for key, row in known.items() if key not in by_key]
    AuditorFinding.objects.filter(pk__in=gone).update(resolved_at=now)
    still = [row.pk for key, row in known.items() if key in by_key]
    AuditorFinding.objects.filter(pk__in=still).update(last_seen_at=now)
    for key, finding in by_key.items():
        if key not in known:
            _open(name, finding)


def _open(name: str, finding: Finding) -> None:
    row = AuditorFinding.objects.create(
        expectation=name,
        key=finding.key,
        company_id=finding.company_id,
        site_id=finding.site_id,
        details=finding.details,
    )
    log.warning("auditor finding", expectation=name, key=finding.key, site=finding.site_id)
    events.emit(signals.finding_opened, finding_id=row.pk)
