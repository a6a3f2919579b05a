"""The share of satisfied in earlier waves of the same questionnaire, for the line of time."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count

from surveys.models import Answer, Evidence, Wave
from surveys.scores import ScaleTally
from surveys.selectors.comparing import waves_like
from surveys.selectors.results import Line

#: Waves on the line, the shown one among them.
SHOWN = 8


@dataclass(frozen=True, slots=True)
class EarlierWave:
    """A wave and what it said to the same question."""

    wave: Wave
    tally: ScaleTally


def over_time(wave: Wave, line: Line) -> list[EarlierWave]:
    """The waves up to this one, oldest first, each with its personal answers to the question; two queries."""
    earlier = waves_like(wave)
    if wave.closed_at is not None:
        earlier = earlier.filter(closed_at__lt=wave.closed_at)
    waves = list(earlier[: SHOWN - 1])
    rows = (
        Answer.objects.filter(
            response__wave__in=waves,
            response__is_valid=True,
            response__evidence=Evidence.PERSONAL,
            question__code=line.question.code,
            question__kind=line.question.kind,
            row=line.row,
            number__isnull=False,
        )
        .values_list("response__wave_id", "number")
        .annotate(count=Count("pk"))
        .order_by()
    )
    counts: dict[int, dict[int, int]] = defaultdict(dict)
    for wave_id, number, count in rows:
        counts[wave_id][number] = count
    found = [EarlierWave(one, ScaleTally(counts[one.pk], one.population or 0)) for one in reversed(waves)]
    return [*found, EarlierWave(wave, line.tally)]
