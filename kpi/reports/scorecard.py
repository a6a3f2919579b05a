"""The department scorecard as sheets."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.clock import local
from core.reports import Column, Sheet
from kpi.selectors.scorecard import Score, Scores


def scorecard_sheets(scores: Scores) -> list[Sheet]:
    """The parts of the month, what the records tell differently of a closed one, the trend, the sites."""
    return [
        _parts(scores.now),
        *([_changes(scores)] if scores.closed is not None else []),
        _scores("trend", _("Month by month"), scores.trend),
        _scores("sites", _("Sites"), scores.sites),
    ]


def _parts(score: Score) -> Sheet:
    return Sheet(
        "parts",
        _("Scorecard"),
        [
            Column("dimension", _("Dimension"), value=lambda line: line.indicator.dimension.label, width=14),
            Column("code", _("Code"), value=lambda line: line.indicator.code, width=8),
            Column("name", _("Indicator"), value=lambda line: line.indicator.name, width=24),
            Column("weight", _("Weight"), "integer", value=lambda line: line.part.weight),
            Column("value", _("Value"), value=lambda line: line.standing.shown, width=12),
            Column("target", _("Target"), value=lambda line: line.standing.target_shown, width=12),
            Column(
                "attainment", _("Attainment"), "number", value=lambda line: line.part.attainment, digits=1
            ),
            Column(
                "counted",
                _("Weight counted"),
                "number",
                value=lambda line: line.part.counted_weight,
                digits=1,
            ),
            Column(
                "points",
                pgettext_lazy("of a score", "Points"),
                "number",
                value=lambda line: line.part.points,
                digits=1,
            ),
        ],
        score.lines,
        totals={
            "name": _("Score"),
            "points": score.value,
            "weight": score.weight,
            "counted": 100 if score.value is not None else None,
        },
        note=_("What has no data, or no target, is left out; its weight is spread over the others."),
    )


def _changes(scores: Scores) -> Sheet:
    """A closed month: its parts as they were written down, and as the records would tell them now."""
    return Sheet(
        "changes",
        _("Changed since the month was closed"),
        [
            Column("code", _("Code"), value=lambda one: one.indicator.code, width=8),
            Column("name", _("Indicator"), value=lambda one: one.indicator.name, width=24),
            Column("frozen", _("When it was closed"), value=lambda one: one.frozen.standing.shown, width=14),
            Column("now", _("By now"), value=lambda one: one.now.standing.shown, href=lambda one: one.page, width=14),
            Column("points", _("Points when it was closed"), "number", value=lambda one: one.frozen.part.points, digits=1),
            Column("points_now", _("Points by now"), "number", value=lambda one: one.now.part.points, digits=1),
        ],
        scores.changes,
        totals={
            "name": _("Score"),
            "points": scores.now.value,
            "points_now": scores.present.value if scores.present is not None else None,
        },
        empty=_("No figure would be different."),
    )  # fmt: skip


def _scores(key: str, title: Any, scores: list[Score]) -> Sheet:
    return Sheet(
        key,
        title,
        [
            Column("month", _("Month"), value=lambda one: str(one.month), width=10),
            Column("site", _("Site"), value=lambda one: one.site.name, width=24),
            Column(
                "score",
                _("Score"),
                "number",
                value=lambda one: one.value,
                digits=1,
                tone=lambda one: one.tone,
            ),
            Column("state", _("Month closed"), value=_closed_on, width=16),
            Column("rests", _("Weights with data"), "integer", value=lambda one: one.counted_weight),
        ],
        scores,
    )


def _closed_on(one: Score) -> Any:
    """The day on which the month was closed; open ones still change."""
    if one.closed is None:
        return pgettext_lazy("a month", "open")
    return local(one.closed.closed_at, one.site.zone_info).date().isoformat()
