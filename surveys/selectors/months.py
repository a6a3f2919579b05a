"""A standing wave month by month, in groups of five answers or more.

Of an anonymous one only months that are over are shown, and only as many as together have five answers more than what
was shown before: the difference between two looks is never the answer of few.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count
from django.db.models.functions import TruncMonth

from core.clock import local_today
from surveys.models import Evidence, Response, Wave, WaveState
from surveys.scores import ScaleTally
from surveys.selectors.result_cells import answers_until
from surveys.small_numbers import LEAST


@dataclass(frozen=True, slots=True)
class Month:
    """The answers to a question of one month, or of several together that had few; first days of months at the site."""

    first: date
    last: date
    tally: ScaleTally

    @property
    def label(self) -> str:
        """As 2026-07, or 2026-07 – 2026-09."""
        begin, end = f"{self.first:%Y-%m}", f"{self.last:%Y-%m}"
        return begin if begin == end else f"{begin} – {end}"


def shown_until(wave: Wave) -> date | None:
    """The day before which answers are shown; None for all of them, the earliest of days for none.

    Only an anonymous standing wave withholds any: those of the running month, and of months that are too few together.
    """
    if not (wave.is_standing and wave.is_anonymous):
        return None
    rows = Response.objects.valid().filter(wave=wave)
    if wave.state == WaveState.OPEN:
        rows = rows.filter(received_on__lt=local_today(wave.site.zone_info).replace(day=1))
    counted = rows.annotate(month=TruncMonth("received_on")).order_by().values_list("month")
    groups = batches(dict(counted.annotate(count=Count("pk"))))
    return _following(groups[-1][-1]) if groups else date.min


def by_month(wave: Wave, question: Any, row: str, until: date | None) -> list[Month]:
    """What each month said to a question, oldest first; one query.

    Months of fewer than five answers are put together with the next ones, a rest with the last.
    """
    counted = (
        answers_until(wave, until)
        .filter(response__evidence=Evidence.PERSONAL, question=question, row=row, number__isnull=False)
        .annotate(month=TruncMonth("response__received_on"))
        .values_list("month", "number")
        .annotate(count=Count("pk"))
        .order_by("month")
    )
    months: dict[date, dict[int, int]] = {}
    for month, number, count in counted:
        months.setdefault(month, {})[number] = count
    sizes = {month: sum(scores.values()) for month, scores in months.items()}
    groups = batches(sizes)
    rest = [month for month in sorted(sizes) if month not in {one for group in groups for one in group}]
    if groups:
        groups[-1] += rest
    elif rest:
        groups = [rest]
    return [_together(group, months) for group in groups]


def batches(answers: dict[date, int]) -> list[list[date]]:
    """Months in their order, put together until each group has five answers; a rest of fewer is left out."""
    groups: list[list[date]] = []
    waiting: list[date] = []
    for month in sorted(answers):
        waiting.append(month)
        if sum(answers[one] for one in waiting) >= LEAST:
            groups.append(waiting)
            waiting = []
    return groups


def _following(month: date) -> date:
    """The first day of the next month."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _together(months: Sequence[date], counts: dict[date, dict[int, int]]) -> Month:
    scores: dict[int, int] = {}
    for month in months:
        for number, count in counts[month].items():
            scores[number] = scores.get(number, 0) + count
    return Month(months[0], months[-1], ScaleTally(scores))
