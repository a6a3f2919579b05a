"""The monthly report of a company: every site side by side, and what they come to together."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from core.clock import local
from core.reports import Chart, Column, Figure, Line, Link, Passage, Report, Sheet
from kpi.indicators import Indicator, Share
from kpi.reports.company_content import CompanyContent, SiteStandings
from kpi.reports.monthly import month_name, signatures
from kpi.reports.typed import Form, figure_of, form_of, labelled, number_of, typed_sheets
from kpi.reports.wording import named
from kpi.selectors.standing import Standing

#: The figures of the comparison on paper; the workbook compares all.
COMPARED = ("K02", "K04", "K09", "K10", "K14", "K43", "K47")
#: The figure whose chart stands over the comparison.
CHARTED = "K09"
#: Sites named in one sentence.
NAMED = 10


def company_report(content: CompanyContent, *, is_workbook: bool = True) -> Report:
    """The comparison as a report; the workbook compares every figure, paper and screen some."""
    with translation.override(content.language):
        codes = [code for code in COMPARED if code in content.whole]
        return Report(
            key=f"month-{content.company.code}-{content.month}",
            title=_title(content),
            company=content.company.name,
            period=month_name(content.month, content.language),
            made_at=content.made_at,
            language=content.language,
            time_zone=_zone(content),
            passages=_passages(content, codes),
            figures=list(_figures(content, codes, is_workbook=is_workbook)),
            sheets=list(_tables(content, codes, is_workbook=is_workbook)),
            signatures=signatures(content.is_internal),
            fingerprint=content.fingerprint,
            definitions=[
                (f"{one.indicator.code} {one.indicator.name}", one.indicator.definition)
                for one in content.whole.values()
                if is_workbook or one.indicator.code in codes
            ],
            footer=_(
                "A figure of all sites is reckoned from their records together, never as a mean of their figures."
            ),
            base_url=settings.PUBLIC_URL if content.is_internal else "",
        )


def _title(content: CompanyContent) -> Any:
    if content.is_internal:
        return _("Monthly security report of the company")
    return _("Monthly security report of the company for the owners")


def _zone(content: CompanyContent) -> ZoneInfo:
    return ZoneInfo(content.company.time_zone)


@dataclass(frozen=True, slots=True)
class OfAllSites:
    """A figure of all sites together, for the tables of workbooks."""

    standing: Standing


def _tables(content: CompanyContent, codes: list[str], *, is_workbook: bool) -> Iterator[Sheet]:
    """The page and the document show figures as people read them; in the workbook every one is a number."""
    charted = CHARTED in codes
    yield _table("sites", _("Sites"), content, codes, is_typed=is_workbook, charted=charted)
    if not is_workbook:
        yield _together(content)
        return
    yield _table("all", _("All figures"), content, list(content.whole), is_typed=True)
    yield from typed_sheets(map(OfAllSites, content.whole.values()), leads=False, of=_("All sites"))


def _table(
    key: str,
    title: Any,
    content: CompanyContent,
    codes: list[str],
    *,
    is_typed: bool,
    charted: bool = False,
) -> Sheet:
    """A row for each site, a column for each figure, all sites together below."""
    columns = [
        Column("site", _("Site"), "link", value=lambda line: Link(line.site.name, line.page), width=22)
    ]
    columns += [_column(content.whole[code].indicator, is_typed) for code in codes]
    if content.closed:
        columns.append(_closed_on(content))
    totals: dict[str, object] = {"site": _("All sites")}
    totals |= {code: _cell(content.whole[code], is_typed) for code in codes}
    charts = []
    if (
        charted
        and len(content.sites) <= 60
        and any(one.by_code[CHARTED].value is not None for one in content.sites)
    ):
        chart_of = content.whole[CHARTED]
        charts = [Chart("bar", chart_of.indicator.name, "site", [CHARTED], target=chart_of.target)]
    return Sheet(key, title, columns, content.sites, totals=totals, charts=charts, empty=_("No site yet"))


def _closed_on(content: CompanyContent) -> Column:
    """The day on which the month was closed at the site; its page lists what changed since."""

    def day(line: SiteStandings) -> Any:
        found = line.closed
        return None if found is None else local(found.closed_at, line.site.zone_info).date()

    def page(line: SiteStandings) -> str:
        return line.closed.get_absolute_url() if line.closed is not None and content.is_internal else ""

    return Column("closed", _("Month closed"), "date", value=day, href=page, width=11)


def _column(indicator: Indicator, is_typed: bool) -> Column:
    code = indicator.code
    form = form_of(indicator) if is_typed or isinstance(indicator, Share) else Form("text")
    return Column(
        code,
        labelled(indicator) if is_typed else indicator.name,
        form.kind,
        digits=form.digits,
        value=lambda line: _cell(line.by_code[code], is_typed),
        tone=lambda line: line.by_code[code].tone if line.by_code[code].value is not None else None,
        width=14,
    )


def _cell(one: Standing, is_typed: bool) -> object:
    """A number where it is typed or a share, everything else as people read it with its unit."""
    if is_typed or isinstance(one.indicator, Share):
        return number_of(one)
    return None if one.value is None else one.shown


def _together(content: CompanyContent) -> Sheet:
    """Every figure of all sites together."""
    return Sheet(
        "together",
        _("All sites together"),
        [
            Column("group", _("Domain"), value=lambda one: one.indicator.group.label, width=16),
            Column("name", _("Indicator"), value=lambda one: one.indicator.name, width=28),
            Column(
                "value", _("This month"), value=lambda one: one.shown, tone=lambda one: one.tone, width=12
            ),
            Column("target", _("Target"), value=lambda one: one.target_shown, width=12),
            Column("before", _("Month before"), value=lambda one: one.before_shown, width=12),
            Column("verdict", _("Result"), "badge", value=lambda one: one.verdict, tone=lambda one: one.tone),
            Column(
                "change",
                pgettext_lazy("of a figure", "Change"),
                value=lambda one: one.change_label or None,
                width=16,
            ),
        ],
        [one for one in content.whole.values() if one.value is not None],
        empty=_("Nothing was recorded at any site in this month."),
    )


def in_short(content: CompanyContent) -> dict[str, str]:
    """The sentences of the report, for a mail: by language."""
    found = {}
    for code, _name in settings.SITE_LANGUAGES:
        with translation.override(code):
            passages = _passages(content, [one for one in COMPARED if one in content.whole])
            found[code] = "\n".join(str(line.text) for passage in passages for line in passage.lines)
    return found


def _figures(content: CompanyContent, codes: list[str], *, is_workbook: bool) -> Iterator[Figure]:
    for code in codes:
        one = content.whole[code]
        yield (
            figure_of(one)
            if is_workbook
            else Figure(
                one.indicator.name,
                None if one.value is None else one.shown,
                note=one.target_shown,
                tone=one.tone if one.value is not None else "",
            )
        )


def _passages(content: CompanyContent, codes: list[str]) -> list[Passage]:
    return [
        Passage(_("Sites"), list(_on_sites(content))),
        Passage(_("Figures"), [line for code in codes for line in _on_figure(content, code)]),
    ]


def _on_sites(content: CompanyContent) -> Iterator[Line]:
    number = len(content.sites)
    yield Line(ngettext("%(number)s site.", "%(number)s sites.", number) % {"number": number})
    if content.closed:
        words = {"closed": len(content.closed), "number": number}
        yield Line(
            gettext(
                "Sites that have closed the month: %(closed)s of %(number)s. Their figures are those written down then."
            )
            % words
        )
    silent = [line.site.name for line in content.sites if line.is_silent]
    if silent and len(silent) == number:
        yield Line(gettext("Nothing was recorded at any site in this month."))
    elif silent:
        yield Line(gettext("Nothing was recorded at: %(sites)s.") % {"sites": named(silent, NAMED)})


def _on_figure(content: CompanyContent, code: str) -> Iterator[Line]:
    """How many sites meet the target, and which are farthest off it."""
    judged = [line for line in content.sites if line.by_code[code].is_met is not None]
    if not judged:
        return
    missed = sorted(
        (line for line in judged if not line.by_code[code].is_met),
        key=lambda line: -line.by_code[code].shortfall,
    )
    words = {
        "name": content.whole[code].indicator.name,
        "met": len(judged) - len(missed),
        "total": len(judged),
    }
    text = gettext("%(name)s: %(met)s of %(total)s sites on target.") % words
    if missed:
        off = named((f"{line.site.name} {line.by_code[code].shown}" for line in missed), NAMED)
        farthest = gettext("Farthest off: %(sites)s.") % {"sites": off}
        text = f"{text} {farthest}"
    yield Line(text, tone="danger" if missed else "ok")
