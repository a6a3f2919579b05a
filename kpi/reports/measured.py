"""Sentences on the improvement measures of a month: how many ran, what came of those judged, what nobody does anything about."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from core.reports import Line
from kpi.models import Verdict
from kpi.reports.content import MonthContent
from kpi.reports.wording import listed, named

#: Figures without a measure named in one sentence.
NAMED = 8
#: Results in the order they are told.
TOLD = (Verdict.EFFECTIVE, Verdict.NOT_EFFECTIVE, Verdict.UNCLEAR)


def on_measures(content: MonthContent) -> Iterator[Line]:
    """What ran, what was judged, what was proposed, and what is missed without a measure; words where there is nothing."""
    found = content.measures
    if content.view.closed is not None and not found.is_frozen:
        yield Line(
            gettext(
                "This month was closed before its improvement measures were written down with it: they stand here as the records tell them now."
            ),
            tone="warn",
        )
    yield from _running(content)
    yield from _judged(content)
    number = len(found.proposed)
    if number:
        text = ngettext(
            "%(number)s measure was proposed about what missed its target.",
            "%(number)s measures were proposed about what missed its target.",
            number,
        )
        yield Line(text % {"number": number}, "#measures-proposed")
    yield from _lacking(content)


def _running(content: MonthContent) -> Iterator[Line]:
    found = content.measures
    number, overdue = len(found.running), len(found.overdue)
    if not number:
        yield Line(gettext("No improvement measure ran in this month."))
        return
    text = ngettext(
        "%(number)s improvement measure ran in this month, %(overdue)s overdue.",
        "%(number)s improvement measures ran in this month, %(overdue)s overdue.",
        number,
    )
    yield Line(text % {"number": number, "overdue": overdue}, "#measures", "warn" if overdue else "")


def _judged(content: MonthContent) -> Iterator[Line]:
    judged = content.measures.judged
    if not judged:
        yield Line(gettext("No effect of a measure was judged in this month."))
        return
    numbers = [(verdict, sum(line.verdict == verdict for line in judged)) for verdict in TOLD]
    results = listed(f"{verdict.label} {number}" for verdict, number in numbers if number)
    text = ngettext(
        "The effect of %(number)s measure was judged: %(results)s.",
        "The effect of %(number)s measures was judged: %(results)s.",
        len(judged),
    )
    yield Line(text % {"number": len(judged), "results": results}, "#measures-judged")


def _lacking(content: MonthContent) -> Iterator[Line]:
    """Off target, and nobody does anything about it; the owners are not told."""
    lacking = content.lacking
    if not lacking or not content.is_internal:
        return
    names = named((line.standing.indicator.name for line in lacking), NAMED)
    page = f"{reverse('kpi:evaluation')}?site={content.site.pk}&month={content.month}"
    yield Line(gettext("Off target without a measure: %(names)s.") % {"names": names}, page, "danger")
