"""Rounds of a window, and one round with everything on it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.policies import get_visible_or_404
from incidents.models import Case
from patrols.models import OPEN_STATUSES, Checkpoint, Method, Order, PointCheck, Round, Scan
from patrols.selectors.scans import ScanLine, scan_lines

TONES = {"visited": "ok", "outside": "warn", "explained": "info", "missed": "danger", "due": "idle"}
LABELS = {
    "visited": gettext_noop("Visited"),
    "outside": gettext_noop("Visited outside the window"),
    "explained": gettext_noop("Could not be scanned"),
    "missed": gettext_noop("Not visited"),
    "due": gettext_noop("Not visited yet"),
}


@dataclass(frozen=True, slots=True)
class PointLine:
    """A point of a round: where in the order (from 1), how it stands, and its scans by time."""

    checkpoint: Checkpoint
    position: int
    state: str
    scans: list[ScanLine]

    @property
    def tone(self) -> str:
        """Tone of the state badge."""
        return TONES[self.state]

    @property
    def state_label(self) -> str:
        """The state in words."""
        return _(LABELS[self.state])


@dataclass(frozen=True, slots=True)
class RoundDetail:
    """A round with its points in order, scans of other points bound to it, checks and cases found on it."""

    round: Round
    points: list[PointLine]
    stray: list[ScanLine]
    order_broken: bool
    checks: list[PointCheck]
    cases: list[Case]

    @property
    def sample_scan(self) -> Scan:
        """A scan of this site, to ask the policy whether the reader may overrule."""
        return Scan(site=self.round.site, company_id=self.round.company_id)


def rounds_between(
    user: Any, start: datetime, end: datetime, *, site_ids: Iterable[int] | None = None
) -> QuerySet[Round]:
    """Rounds due from in [start, end) that exist for `user`, with what every list shows."""
    rows = Round.objects.visible_to(user).filter(due_start__gte=start, due_start__lt=end)
    if site_ids is not None:
        rows = rows.filter(site_id__in=list(site_ids))
    return rows.select_related("site", "plan", "route__zone", "post", "person").order_by("due_start", "pk")


def round_detail(user: Any, pk: int) -> RoundDetail:
    """One round with everything on it; a fixed number of queries. Raises Http404."""
    rows = Round.objects.select_related("site", "plan", "route__zone", "post", "person")
    round_ = get_visible_or_404(user, rows, pk=pk)
    scans = list(
        Scan.objects.filter(round=round_, company_id=round_.company_id)
        .select_related("person", "checkpoint")
        .order_by("corrected_at", "id")
    )
    lines: defaultdict[int | None, list[ScanLine]] = defaultdict(list)
    for line in scan_lines(scans):
        lines[line.scan.checkpoint_id].append(line)
    checkpoints = Checkpoint.objects.in_bulk(round_.points)
    points = [
        PointLine(checkpoints[key], position, _state(round_, key, lines[key]), lines[key])
        for position, key in enumerate(round_.points, start=1)
        if key in checkpoints
    ]
    stray = [line for key, several in lines.items() if key not in set(round_.points) for line in several]
    checks = PointCheck.objects.filter(round=round_).select_related(
        "check_made__version__checklist", "checkpoint"
    )
    cases = Case.objects.filter(origin__round=round_).select_related("site", "origin__checkpoint")
    return RoundDetail(
        round_,
        points,
        stray,
        order_broken(round_),
        list(checks.order_by("check_made__made_at", "pk")),
        list(cases.order_by("reported_at", "pk")),
    )


def _state(round_: Round, checkpoint_id: int, lines: Sequence[ScanLine]) -> str:
    if checkpoint_id in round_.visited:
        return "visited"
    if checkpoint_id in round_.visited_outside:
        return "outside"
    if any(line.scan.method == Method.CANNOT for line in lines):
        return "explained"
    return "due" if round_.status in OPEN_STATUSES else "missed"


def order_broken(round_: Round) -> bool:
    """Was a point of a fixed order visited before one that comes earlier? By the first visit of each."""
    if round_.order != Order.FIXED:
        return False
    first: dict[int, datetime] = dict(zip(round_.visited, round_.visited_times, strict=False))
    times = [first[key] for key in round_.points if key in first]
    return any(later < earlier for earlier, later in pairwise(times))
