"""Sentences on what happened in a month, and on what did not: words stand where a table would be blank."""

from collections.abc import Iterator

from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext

from core.reports import Line
from core.reports.formats import show
from incidents.models import CaseKind
from kpi.reports.content import MonthContent
from kpi.reports.wording import listed, named
from kpi.selectors.events import EventLine

#: Figures without data named in one sentence.
SILENT_NAMED = 8


def happened(content: MonthContent) -> Iterator[Line]:
    """Incidents with who was hurt, the other kinds of cases, rounds."""
    yield from _incidents(content)
    for kind in _other_kinds(content):
        lines = [line for line in content.events.others if line.kind == kind and not line.depth]
        count, before = sum(line.count for line in lines), sum(line.before for line in lines)
        if count:
            words = {"kind": CaseKind(kind).label, "count": count, "before": before}
            yield Line(gettext("%(kind)s: %(count)s (month before: %(before)s).") % words)
    yield from _rounds(content)


def nothing(content: MonthContent) -> Iterator[Line]:
    """What a reader would otherwise look for in vain."""
    impact = content.events.whole.impact
    if content.view.is_empty:
        yield Line(
            gettext("Nothing at all was recorded in this month: no round was due and no case was reported.")
        )
    elif not content.view.has_rounds:
        yield Line(gettext("No round was due."))
    if not content.events.whole.count:
        yield Line(gettext("No incident was reported."))
    if not (impact.injured or impact.seriously_injured or impact.dead):
        yield Line(gettext("Nobody was injured or killed."))
    silent = [
        str(CaseKind(kind).label)
        for kind in _other_kinds(content)
        if not any(line.count for line in content.events.others if line.kind == kind)
    ]
    if silent and not content.view.is_empty:
        yield Line(gettext("Not reported: %(kinds)s.") % {"kinds": listed(silent)})
    without = [str(line.standing.indicator.name) for line in content.lines if line.standing.value is None]
    if without and content.view.is_empty:
        text = ngettext("%(number)s figure has no data.", "%(number)s figures have no data.", len(without))
        yield Line(text % {"number": len(without)})
    elif without:
        yield Line(gettext("No data for: %(names)s.") % {"names": named(without, SILENT_NAMED)})


def _other_kinds(content: MonthContent) -> list[str]:
    """Violations are the company's own matter."""
    left_out = {CaseKind.INCIDENT} | (set() if content.is_internal else {CaseKind.VIOLATION})
    return [kind.value for kind in CaseKind if kind not in left_out]


def _incidents(content: MonthContent) -> Iterator[Line]:
    whole = content.events.whole
    if not whole.count:
        return
    kinds = [line for line in content.events.incidents if not line.depth and line.count]
    words = {
        "count": whole.count,
        "before": whole.before,
        "year_ago": whole.year_ago,
        "kinds": listed([f"{line.label} {line.count}" for line in kinds]),
    }
    text = ngettext(
        "%(count)s incident (month before: %(before)s, a year ago: %(year_ago)s): %(kinds)s.",
        "%(count)s incidents (month before: %(before)s, a year ago: %(year_ago)s): %(kinds)s.",
        whole.count,
    )
    yield Line(text % words, whole.page if content.is_internal else "")
    yield from _harm(whole)


def _harm(whole: EventLine) -> Iterator[Line]:
    impact = whole.impact
    if impact.injured or impact.seriously_injured or impact.dead:
        words = {"injured": impact.injured, "gravely": impact.seriously_injured, "dead": impact.dead}
        yield Line(
            gettext("Injured: %(injured)s, gravely: %(gravely)s, dead: %(dead)s.") % words, tone="danger"
        )
    if impact.loss:
        yield Line(
            gettext("Loss: %(loss)s yuan.") % {"loss": number_format(impact.loss, 2, force_grouping=True)}
        )


def _rounds(content: MonthContent) -> Iterator[Line]:
    if not content.view.has_rounds:
        return
    due, completed, late, partial, missed, *_cancelled = (int(line.value) for line in content.view.rounds)
    words = {"due": due, "completed": completed, "late": late, "partial": partial, "missed": missed}
    text = gettext(
        "Rounds due: %(due)s; completed in time %(completed)s, late %(late)s, in part %(partial)s, missed %(missed)s."
    )
    yield Line(text % words, content.view.rounds[0].page if content.is_internal else "")
    gap = content.view.gap
    if gap is not None and content.is_internal:
        length = show(gap.length.total_seconds() / 60, "minutes")
        yield Line(gettext("The longest time without a visit was %(length)s.") % {"length": length})
