"""Improvement measures over time: as bars on a page, and as a workbook with their loops and tasks (R077)."""

from collections.abc import Mapping, Sequence
from datetime import date
from tempfile import TemporaryFile
from typing import Any
from zoneinfo import ZoneInfo

from django.http import FileResponse
from django.urls import reverse
from django.utils import formats
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from collaboration.models import ActionItem
from core.clock import local, now
from core.gantt import Bar, Gantt, Milestone, Row
from core.reports import Column, Link, Report, Sheet, write_xlsx
from kpi.models import Improvement, Stage, Verdict
from kpi.selectors.improvements import progress_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Tasks = Mapping[int, Sequence[ActionItem]]


def span_of(row: Improvement, today: date) -> tuple[date, date]:
    """From when to when a measure is worked on: as planned until it begins, as it went afterwards."""
    loop = row.current
    if loop is None:
        return today, today
    first = loop.begun_on or loop.starts_on
    last = loop.done_on or max(loop.due_on, first)
    return first, last


def is_late(row: Improvement, today: date) -> bool:
    """Is it past its due day and not done?"""
    loop = row.current
    return bool(loop and row.stage in (Stage.PLAN, Stage.DO) and loop.due_on < today)


def gantt_of(rows: Sequence[Improvement], tasks: Tasks, today: date) -> Gantt:
    """A line for every measure: its bar with what is done, its tasks as milestones, today."""
    return Gantt(_("Schedule of measures"), [_line(row, tasks[row.pk], today) for row in rows], today)


def _line(row: Improvement, tasks: Sequence[ActionItem], today: date) -> Row:
    first, last = span_of(row, today)
    done = progress_of(row, tasks)
    tone = "danger" if is_late(row, today) else row.stage_tone
    title = gettext("%(title)s: %(first)s to %(last)s, %(stage)s, %(done)d %% done") % {
        "title": row.title,
        "first": formats.date_format(first, "DATE_FORMAT"),
        "last": formats.date_format(last, "DATE_FORMAT"),
        "stage": row.get_stage_display(),
        "done": round(done * 100),
    }
    return Row(
        row.title,
        f"{row.owner.name} · {row.get_stage_display()}",
        row_url(row),
        [Bar(first, last, tone, title, done)],
        [_milestone(task, today) for task in tasks],
    )


def _milestone(task: ActionItem, today: date) -> Milestone:
    day = local(task.due_at, task.site.zone_info).date()
    is_overdue = task.status == "open" and day < today
    words = {
        "title": task.title,
        "day": formats.date_format(day, "DATE_FORMAT"),
        "status": task.get_status_display(),
    }
    return Milestone(
        day,
        "danger" if is_overdue else task.status_tone,
        gettext("%(title)s, due %(day)s: %(status)s") % words,
    )


def row_url(row: Improvement) -> str:
    """The page of a measure."""
    return reverse("kpi:improvement", args=[row.pk])


def improvements_file(rows: Sequence[Improvement], tasks: Tasks, zone: ZoneInfo | str) -> FileResponse:
    """The workbook: a sheet of measures, and one of their tasks."""
    report = Report(
        key="improvement-schedule",
        title=_("Schedule of measures"),
        made_at=now(),
        sheets=[_measures(rows, tasks), _tasks(rows, tasks)],
        language=get_language() or "en",
        time_zone=zone if isinstance(zone, ZoneInfo) else ZoneInfo(zone),
    )
    file = TemporaryFile()  # noqa: SIM115 - FileResponse closes it when it is sent
    write_xlsx(report, file)
    file.seek(0)
    name = f"improvement-schedule-{local(now(), zone):%Y%m%d-%H%M}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


def _loop(name: str) -> Any:
    return lambda row: getattr(row.current, name, None)


def _measures(rows: Sequence[Improvement], tasks: Tasks) -> Sheet:
    return Sheet(
        "measures",
        _("Improvement measures"),
        [
            Column("number", pgettext_lazy("of a case or measure", "Number"), "link", value=lambda row: Link(row.number, row_url(row)), width=18),
            Column("title", _("Title"), width=30),
            Column("site", _("Site"), value=lambda row: row.site.name, width=16),
            Column("problem", _("Problem"), width=40),
            Column("measure", _("What will be done"), value=_loop("measure"), width=40),
            Column("owner", _("Owner"), value=lambda row: row.owner.name, width=12),
            Column("stage", _("Stage"), "badge", value=lambda row: row.get_stage_display(), tone=lambda row: row.stage_tone),
            Column("priority", _("Priority"), "integer"),
            Column("loop", _("Loop"), "integer", value=_loop("number")),
            Column("starts_on", _("To begin on"), "date", value=_loop("starts_on")),
            Column("due_on", _("To be done by"), "date", value=_loop("due_on")),
            Column("begun_on", _("Begun on"), "date", value=_loop("begun_on")),
            Column("done_on", _("Done on"), "date", value=_loop("done_on")),
            Column("progress", _("Done"), "percent", value=lambda row: progress_of(row, tasks[row.pk]), digits=0),
            Column("indicator", _("Indicator"), width=10),
            Column("verdict", _("Result"), value=lambda row: Verdict(row.current.verdict).label, width=14),
        ],
        rows,
        empty=_("None."),
    )  # fmt: skip


def _tasks(rows: Sequence[Improvement], tasks: Tasks) -> Sheet:
    pairs = [(row, task) for row in rows for task in tasks[row.pk]]
    return Sheet(
        "tasks",
        _("Tasks"),
        [
            Column("measure", _("Improvement measure"), value=lambda pair: pair[0].number, width=18),
            Column("number", pgettext_lazy("of a case or measure", "Number"), value=lambda pair: pair[1].number, width=18),
            Column("title", _("What"), value=lambda pair: pair[1].title, width=40),
            Column("owner", _("Owner"), value=lambda pair: pair[1].owner.name, width=12),
            Column("due_at", _("Due"), "datetime", value=lambda pair: pair[1].due_at),
            Column("done_at", _("Done"), "datetime", value=lambda pair: pair[1].done_at),
            Column("status", _("Status"), "badge", value=lambda pair: pair[1].get_status_display(), tone=lambda pair: pair[1].status_tone),
        ],
        pairs,
        empty=_("None."),
    )  # fmt: skip
