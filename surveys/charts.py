"""Drawings of results."""

from collections import Counter

from django.utils.translation import gettext_lazy as _

from core.charts import Chart, Series
from surveys.models import Dimension
from surveys.scores import HIGHEST, LOWEST, ScaleTally
from surveys.selectors.earlier import EarlierWave
from surveys.selectors.months import Month
from surveys.selectors.results import Line

#: Target of the share of satisfied (K38), in percent.
TARGET = 90.0
SCORE_WORDS = {
    5: _("Very satisfied (5)"),
    4: _("Satisfied (4)"),
    3: _("Neither (3)"),
    2: _("Dissatisfied (2)"),
    1: _("Very dissatisfied (1)"),
}
_TONES = {5: "ok", 4: "info", 3: "idle", 2: "warn", 1: "danger"}


def distribution(lines: list[Line]) -> Chart:
    """How often each score was given, in percent of the answers to the question; withheld questions are gaps."""
    return Chart(
        "stacked",
        _("Scores by question"),
        _names(lines),
        [
            Series(SCORE_WORDS[score], [_share(line, score) for line in lines], _TONES[score])
            for score in range(HIGHEST, LOWEST - 1, -1)
        ],
        unit="%",
    )


def over_time(waves: list[EarlierWave]) -> Chart:
    """The share of satisfied from wave to wave, with its interval."""
    shown = [one.tally.is_shown for one in waves]
    return Chart(
        "line",
        _("Satisfied, from wave to wave"),
        [f"{one.wave.closed_on or one.wave.opens_at.date()}" for one in waves],
        [
            Series(
                _("Satisfied"),
                [
                    round((one.tally.share or 0) * 100, 1) if is_shown else None
                    for one, is_shown in zip(waves, shown, strict=True)
                ],
                "accent",
            )
        ],
        unit="%",
        target=TARGET,
        band=[
            _band(one.tally) if is_shown else (None, None) for one, is_shown in zip(waves, shown, strict=True)
        ],
    )


def by_month(months: list[Month]) -> Chart:
    """The share of satisfied from month to month, with its interval; no target is set for those who reported something."""
    return Chart(
        "line",
        _("Satisfied, from month to month"),
        [month.label for month in months],
        [
            Series(
                _("Satisfied"),
                [
                    round((month.tally.share or 0) * 100, 1) if month.tally.is_shown else None
                    for month in months
                ],
                "accent",
            )
        ],
        unit="%",
        band=[_band(month.tally) if month.tally.is_shown else (None, None) for month in months],
    )


def _names(lines: list[Line]) -> list[str]:
    """Short enough to stand below the bars: what a question measures where no other measures it too, else the question."""
    measured = Counter(line.question.item for line in lines)
    return [
        line.question.get_item_display()
        if line.question.item not in ("", Dimension.OTHER) and measured[line.question.item] == 1
        else line.label
        for line in lines
    ]


def _share(line: Line, score: int) -> float | None:
    if not line.tally.is_shown:
        return None
    return round(line.tally.among((score,)) / line.tally.answers * 100, 1)


def _band(tally: ScaleTally) -> tuple[float | None, float | None]:
    interval = tally.interval
    return (None, None) if interval is None else (round(interval.low * 100, 1), round(interval.high * 100, 1))
