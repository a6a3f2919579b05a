"""Improvement measures as lists, a board, a matrix, and what is open about an indicator."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q, QuerySet

from collaboration.models import ActionItem, ActionStatus
from kpi.models import OPEN, Improvement, Stage
from organization.models import Site, Zone

#: Cards in a column of the board; the list has all of them.
SHOWN = 40
SCALE = range(1, 6)


def measures_with_loops() -> QuerySet[Improvement]:
    """Measures with what every list shows of them."""
    rows: QuerySet[Improvement] = Improvement.objects.select_related("site", "owner", "zone", "current")
    return rows


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the board: the measures at one stage, the most rewarding first."""

    stage: Stage
    cards: list[Improvement]
    more: int

    @property
    def count(self) -> int:
        """How many there are, shown or not."""
        return len(self.cards) + self.more


def board_of(rows: Iterable[Improvement]) -> list[Column]:
    """Measures by stage; what was given up is left to the list."""
    by_stage: dict[str, list[Improvement]] = {stage: [] for stage in (*OPEN, Stage.CLOSED)}
    for row in rows:
        if row.stage in by_stage:
            by_stage[row.stage].append(row)
    return [
        Column(
            Stage(stage),
            sorted(found, key=lambda row: (-row.priority, row.pk))[:SHOWN],
            max(len(found) - SHOWN, 0),
        )
        for stage, found in by_stage.items()
    ]


@dataclass(frozen=True, slots=True)
class Cell:
    """The measures of one effect and one effort."""

    impact: int
    effort: int
    measures: list[Improvement]

    @property
    def priority(self) -> int:
        """1 to 25, as for each of them."""
        return self.impact * (6 - self.effort)

    @property
    def tone(self) -> str:
        """What to do first stands out."""
        return "ok" if self.priority >= 15 else "info" if self.priority >= 8 else "idle"


def matrix_of(rows: Iterable[Improvement]) -> list[tuple[int, list[Cell]]]:
    """Open measures by effect (much first) and effort (little first)."""
    placed: dict[tuple[int, int], list[Improvement]] = {}
    for row in rows:
        if row.is_open:
            placed.setdefault((row.impact, row.effort), []).append(row)
    return [
        (impact, [Cell(impact, effort, placed.get((impact, effort), [])) for effort in SCALE])
        for impact in reversed(SCALE)
    ]


def tasks_of(rows: Iterable[Improvement]) -> dict[int, list[ActionItem]]:
    """The action items of measures, by measure, earliest due first; one query."""
    kind = ContentType.objects.get_for_model(Improvement)
    keys = [str(row.pk) for row in rows]
    found: dict[int, list[ActionItem]] = {int(key): [] for key in keys}
    items = ActionItem.objects.filter(source_type=kind, source_id__in=keys).select_related("owner", "site")
    for item in items.order_by("due_at", "pk"):
        found[int(item.source_id)].append(item)
    return found


def progress_of(improvement: Improvement, tasks: Iterable[ActionItem]) -> float:
    """How much is done, 0 to 1: of its tasks those that are done; without tasks all or nothing."""
    counted = [task for task in tasks if task.status != ActionStatus.CANCELLED]
    if improvement.stage in (Stage.CHECK, Stage.ACT, Stage.CLOSED):
        return 1.0
    if not counted:
        return 0.0
    done = sum(task.status in (ActionStatus.DONE, ActionStatus.VERIFIED) for task in counted)
    return done / len(counted)


def open_by_indicator(site: Site, zone: Zone | None = None) -> dict[str, list[Improvement]]:
    """The measures at work on each indicator of a site; of a zone those meant for it or for the whole site. One query."""
    found: dict[str, list[Improvement]] = {}
    rows = measures_with_loops().filter(site=site, stage__in=OPEN).exclude(indicator="")
    if zone is not None:
        rows = rows.filter(Q(zone=zone) | Q(zone=None))
    for row in rows.by_priority():  # type: ignore[attr-defined]  # the queryset of the model
        found.setdefault(row.indicator, []).append(row)
    return found


def measures_of(source: Model) -> QuerySet[Improvement]:
    """The measures that came from a record, latest first. Not limited to what a person may see."""
    kind = ContentType.objects.get_for_model(source)
    rows: Any = measures_with_loops().filter(source_type=kind, source_id=str(source.pk))
    return rows.order_by("-created_at", "-pk")  # type: ignore[no-any-return]  # as above
