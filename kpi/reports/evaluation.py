"""The handbook's table of evaluation and improvement, as a workbook and on A4 (R012)."""

from collections.abc import Callable

from django.conf import settings
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.clock import now
from core.reports import Column, Figure, Report, Sheet
from core.reports.formats import show
from kpi.models import Improvement
from kpi.reports.monthly import month_name
from kpi.reports.wording import closed_on, listed
from kpi.selectors.evaluation import Evaluation, Line


def evaluation_report(found: Evaluation) -> Report:
    """The table in the site's language: what misses its target first to be read, each with its measure or none."""
    site = found.site
    with translation.override(site.language):
        period = month_name(found.last, site.language)
        if found.first != found.last:
            period = f"{month_name(found.first, site.language)} – {period}"
        return Report(
            key="-".join(["evaluation", *_places(found), str(found.last)]),
            title=_("Table of evaluation and improvement"),
            company=site.company.name,
            site=site.name,
            period=period,
            subtitle=_subtitle(found),
            made_at=now(),
            language=site.language,
            time_zone=site.zone_info,
            sheets=[_table(found)],
            figures=[
                Figure(_("Off target"), len(found.off), tone="danger" if found.off else "ok", kind="integer"),
                Figure(
                    _("Off target without a measure"),
                    len(found.lacking),
                    tone="danger" if found.lacking else "ok",
                    kind="integer",
                ),
            ],
            footer=_("Checked by: ____________   Date: ____________"),
            base_url=settings.PUBLIC_URL,
        )


def _places(found: Evaluation) -> list[str]:
    """The codes of the site and the zone, for the name of a file."""
    zone = found.zone
    return [found.site.code, *([slugify(zone.code, allow_unicode=True)] if zone else [])]


def _subtitle(found: Evaluation) -> str:
    """The zone, and which months of the period are closed."""
    return " · ".join(filter(None, (found.zone.name if found.zone else "", _closed(found))))


def _closed(found: Evaluation) -> str:
    if not found.closed:
        return ""
    if found.first == found.last:
        return closed_on(found.closed[0].closed_at, found.site)
    months = listed(one.month for one in found.closed)
    return gettext("Closed, and told as they were written down: %(months)s.") % {"months": months}


def _table(found: Evaluation) -> Sheet:
    return Sheet(
        "evaluation",
        _("Evaluation"),
        [
            Column("code", _("Code"), value=lambda line: line.indicator.code, width=7),
            Column("name", _("Indicator"), value=lambda line: line.indicator.name, width=22),
            Column("target", _("Target"), value=lambda line: line.standing.target_shown, width=11),
            Column("value", _("Actual"), value=lambda line: line.standing.shown, tone=_tone, width=11),
            Column("rows", _("Rows"), value=_rows, width=9),
            Column("result", _("Result"), "badge", value=lambda line: line.standing.verdict, tone=_tone, width=11),
            Column("measures", _("Improvement measure"), value=_measures(found), width=34),
        ],
        found.lines,
        empty=_("There is nothing to evaluate yet."),
    )  # fmt: skip


def _tone(line: Line) -> str:
    return line.standing.tone


def _rows(line: Line) -> str:
    at = line.standing
    if not at.denominator:
        return show(at.sample, "number")
    return f"{show(at.numerator, 'number')} / {show(at.denominator, 'number')}"


def _measures(found: Evaluation) -> Callable[[Line], str]:
    """The measures of a line; in the table of a zone those of the whole site say so."""

    def told(one: Improvement) -> str:
        about = [str(_("Whole site"))] if found.zone and one.zone_id is None else []
        return f"{one.number} {one.title} ({', '.join([*about, one.get_stage_display(), one.owner.name])})"

    def measures(line: Line) -> str:
        if line.measures:
            return "; ".join(told(one) for one in line.measures)
        return str(_("none yet")) if line.is_off else ""

    return measures
