"""One improvement measure on A4: the problem, its loops with their figures, its tasks, who signed what."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils import formats, translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from collaboration.models import ActionItem
from core.clock import local, now
from core.reports import Column, Report, Sheet
from kpi.models import Improvement, ImprovementLoop, Verdict
from kpi.selectors.compared import Compared, SideLine, compared

Pair = tuple[Any, Any]


def measure_report(row: Improvement, loops: Sequence[ImprovementLoop], tasks: Sequence[ActionItem]) -> Report:
    """The measure in its site's language; `loops` in order."""
    site = row.site
    with translation.override(site.language):
        return Report(
            key=row.number,
            title=_("Improvement measure"),
            subtitle=row.title,
            company=site.company.name,
            site=site.name,
            period=row.number,
            made_at=now(),
            language=site.language,
            time_zone=site.zone_info,
            sheets=[
                _pairs("problem", _("The problem"), _problem(row)),
                *(sheet for loop in loops for sheet in _loop(row, loop)),
                _tasks(tasks),
            ],
            footer=_("Before and after is no proof of the cause."),
            base_url=settings.PUBLIC_URL,
        )


def _pairs(key: str, title: Any, pairs: Sequence[Pair]) -> Sheet:
    return Sheet(
        key,
        title,
        [
            Column("name", _("What"), value=lambda pair: pair[0], width=18),
            Column("text", _("Content"), value=lambda pair: pair[1], width=80),
        ],
        [pair for pair in pairs if pair[1]],
    )


def _problem(row: Improvement) -> list[Pair]:
    return [
        (_("Problem"), row.problem),
        (_("Severity"), f"{row.get_severity_display()} · {row.get_extent_display()}"),
        (_("Came from"), " · ".join(filter(None, (str(row.get_origin_display()), row.said_by, row.said)))),
        (_("Owner"), row.owner.name),
        (_("Priority"), row.priority),
        (_("Stage"), row.get_stage_display()),
        (_("What became the standard"), row.standard),
        (_("Why it was cancelled"), row.cancel_reason),
    ]


def _loop(row: Improvement, loop: ImprovementLoop) -> list[Sheet]:
    title = _("Loop %(number)s") % {"number": loop.number}
    checked = ""
    if loop.checked_at is not None and loop.checked_by is not None:
        checked = f"{loop.checked_by.name}, {local(loop.checked_at, row.site.zone_info):%Y-%m-%d %H:%M}"
    pairs: list[Pair] = [
        (_("What will be done"), loop.measure),
        (_("Time planned"), f"{loop.starts_on} – {loop.due_on}"),
        (_("Carried out"), f"{loop.begun_on} – {loop.done_on or ''}" if loop.begun_on else ""),
        (_("What was done"), loop.what_was_done),
        (_("Result"), Verdict(loop.verdict).label),
        (_("Conclusion"), loop.conclusion),
        (_("Checked by"), checked),
    ]
    found = [_pairs(f"loop-{loop.number}", title, pairs)]
    figures = compared(row, loop, with_chart=False) if loop.begun_on else None
    return [*found, _figures(loop, figures)] if figures is not None else found


def _figures(loop: ImprovementLoop, figures: Compared) -> Sheet:
    total = None
    if figures.after is not None:
        shown = " ".join(
            filter(None, (figures.effect_shown, figures.relative_shown and f"({figures.relative_shown})"))
        )
        total = {
            "label": pgettext_lazy("of a figure", "Change"),
            "value": shown,
            "interval": figures.effect_interval_shown,
        }
    return Sheet(
        f"figures-{loop.number}",
        f"{_('Before and after')}: {figures.indicator.code} {figures.indicator.name}",
        [
            Column("label", _("Window"), value=lambda line: line.label, width=14),
            Column("days", _("From – to"), value=_days, width=24),
            Column("value", _("Value"), value=lambda line: line.value_shown, width=18),
            Column("interval", _("95 % interval"), value=lambda line: line.interval_shown, width=24),
            Column("sample", _("Records"), "integer", value=lambda line: int(line.side.sample)),
        ],
        figures.lines,
        totals=total,
        note=" ".join(str(note) for note in figures.notes),
    )


def _days(line: SideLine) -> str:
    first, last = (formats.date_format(day, "SHORT_DATE_FORMAT") for day in (line.side.first, line.side.last))
    return f"{first} – {last}"


def _tasks(tasks: Sequence[ActionItem]) -> Sheet:
    return Sheet(
        "tasks",
        _("Tasks"),
        [
            Column("title", _("What"), width=40),
            Column("owner", _("Owner"), value=lambda task: task.owner.name, width=12),
            Column("due_at", _("Due"), "datetime"),
            Column("status", _("Status"), value=lambda task: task.get_status_display(), width=14),
        ],
        tasks,
        empty=_("None."),
    )
