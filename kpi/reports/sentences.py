"""The summary of a month in sentences made from its figures: what was reached, missed, changed, what happened and what did not."""

from collections.abc import Iterator

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from core.reports import Line, Passage
from core.reports.formats import show
from kpi.reports import happenings
from kpi.reports.content import MonthContent
from kpi.reports.measured import on_measures
from kpi.reports.wording import named
from kpi.selectors.lines import IndicatorLine
from kpi.selectors.standing import Standing, shown

#: Figures named in one sentence.
NAMED = 12
#: Misses told in a mail; the report has them all.
MISSES_TOLD = 5


def passages(content: MonthContent) -> list[Passage]:
    """The whole summary, in the active language. A month in which nothing happened says so."""
    parts = [
        Passage(gettext("What was reached"), list(_reached(content))),
        Passage(gettext("What was missed"), list(_missed(content))),
        Passage(gettext("What changed"), list(_changed(content))),
        Passage(gettext("What is being improved"), list(on_measures(content))),
        Passage(gettext("What happened"), list(happenings.happened(content))),
        Passage(gettext("What did not happen"), list(happenings.nothing(content))),
    ]
    return [part for part in parts if part.lines]


def in_short(content: MonthContent) -> dict[str, str]:
    """What was reached, what was missed and what did not happen, for a mail: by language."""
    found = {}
    for code, _name in settings.SITE_LANGUAGES:
        with translation.override(code):
            lines = [*_reached(content), *list(_missed(content))[:MISSES_TOLD], *happenings.nothing(content)]
            found[code] = "\n".join(str(line.text) for line in lines)
    return found


def _judged(content: MonthContent) -> list[IndicatorLine]:
    return [line for line in content.lines if line.standing.tone in ("ok", "warn", "danger")]


def _reached(content: MonthContent) -> Iterator[Line]:
    judged = _judged(content)
    if not judged:
        yield Line(gettext("Nothing could be measured against a target."))
        return
    met = [line for line in judged if line.standing.is_met]
    counts = {"met": len(met), "total": len(judged)}
    if not met:
        yield Line(gettext("None of %(total)s figures with a target met it.") % counts)
        return
    values = named((f"{line.standing.indicator.name} {line.standing.shown}" for line in met), NAMED)
    yield Line(
        gettext("%(met)s of %(total)s figures with a target met it: %(values)s.")
        % (counts | {"values": values})
    )


def _missed(content: MonthContent) -> Iterator[Line]:
    """One sentence each, the farthest off first."""
    judged = _judged(content)
    missed = sorted(
        (line for line in judged if not line.standing.is_met), key=lambda line: -line.standing.shortfall
    )
    if judged and not missed:
        yield Line(gettext("No figure missed its target."), tone="ok")
    for line in missed:
        page = line.denominator_page if content.is_internal else ""
        yield Line(_miss(line.standing), page, "danger")


def _miss(one: Standing) -> str:
    words = {
        "name": one.indicator.name,
        "value": one.shown,
        "target": one.target_shown,
        "gap": gap(one),
    }
    if one.indicator.direction == "up":
        text = gettext("%(name)s: %(value)s, target %(target)s; %(gap)s short.") % words
    else:
        text = gettext("%(name)s: %(value)s, target %(target)s; %(gap)s too much.") % words
    if not one.denominator:
        return text
    counted = {"part": show(one.numerator, "number"), "whole": show(one.denominator, "number")}
    behind = gettext("%(part)s of %(whole)s.") % counted
    return f"{text} {behind}"


def gap(one: Standing) -> str:
    """How far a value is off its target, in the unit of both; "" without either."""
    if one.value is None or one.target is None:
        return ""
    off = abs(one.value - one.target)
    if one.indicator.unit == "percent":
        points = show(off * 100, "number")
        return gettext("%(points)s percentage points") % {"points": points}
    return shown(off, one.indicator.unit)


def _changed(content: MonthContent) -> Iterator[Line]:
    """Only what chance does not explain."""
    compared = [line for line in content.lines if line.standing.change]
    clearly = [line for line in compared if line.standing.change in ("better", "worse")]
    if compared and not clearly:
        yield Line(gettext("Against the month before nothing changed more than chance explains."))
    for line in clearly:
        one = line.standing
        words = {"name": one.indicator.name, "before": one.before_shown, "value": one.shown}
        if one.change == "better":
            yield Line(gettext("%(name)s improved from %(before)s to %(value)s.") % words, tone="ok")
        else:
            yield Line(gettext("%(name)s got worse, from %(before)s to %(value)s.") % words, tone="warn")
