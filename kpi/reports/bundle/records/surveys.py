"""Satisfaction surveys of households: each wave, and how often each score was given. Nothing tells one answer from another."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Q

from kpi.reports.bundle.files import BundleFile
from kpi.reports.bundle.span import Span
from surveys.models import Answer, Evidence, QuestionKind
from surveys.selectors.figures import counted_waves
from surveys.small_numbers import is_shown

SOURCE = "surveys"
WAVES = ("wave", "closed_on", "population", "invited", "valid")
SCORES = ("wave", "position", "kind", "item", "score", "answers")


def files(span: Span) -> Iterator[BundleFile]:
    """Waves closed in the months of the bundle, and the scores of their personal answers."""
    yield BundleFile("records/survey_waves.csv", WAVES, lambda: _waves(span))
    yield BundleFile("records/survey_scores.csv", SCORES, lambda: _scores(span))


def _waves(span: Span) -> Iterator[tuple[Any, ...]]:
    rows = counted_waves(span.site, span.first_day(SOURCE), span.month.last)
    valid = Count("responses", filter=Q(responses__is_valid=True, responses__evidence=Evidence.PERSONAL))
    yield from rows.annotate(valid=valid).order_by("closed_on", "pk").values_list("pk", *WAVES[1:])


def _scores(span: Span) -> Iterator[tuple[Any, ...]]:
    """Questions of fewer than five answers are left out: no figure rests on them, and nobody is to be guessed."""
    waves = counted_waves(span.site, span.first_day(SOURCE), span.month.last)
    fields = ("response__wave_id", "question__position", "question__kind", "question__item", "number")
    rows = (
        Answer.objects.filter(
            response__wave__in=waves,
            response__is_valid=True,
            response__evidence=Evidence.PERSONAL,
            question__kind__in=(QuestionKind.SCALE, QuestionKind.NPS),
            number__isnull=False,
        )
        .values_list(*fields)
        .annotate(answers=Count("pk"))
        .order_by(*fields)
    )
    told = list(rows)
    totals: dict[tuple[int, int], int] = {}
    for wave, position, *_rest, answers in told:
        totals[wave, position] = totals.get((wave, position), 0) + answers
    yield from (row for row in told if is_shown(totals[row[0], row[1]]))
