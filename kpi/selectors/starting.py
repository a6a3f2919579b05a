"""What a new measure starts from: an indicator that misses its target in a month, or a record of a lower app."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import Model
from django.utils import formats
from django.utils.translation import gettext

from collaboration import sources
from core.clock import local_today
from kpi.indicators import Indicator
from kpi.models import Origin
from kpi.selectors.comparing import measurable
from kpi.selectors.counting import days_of
from kpi.selectors.periods import Month
from kpi.selectors.standing import standing
from kpi.selectors.targets import targets_for
from kpi.selectors.zone_lines import is_told
from kpi.units import typed
from organization.models import Site, Zone

#: What a record of an app is, as the origin of a measure.
ORIGINS = {"incidents": Origin.CASE, "surveys": Origin.SURVEY, "emergency": Origin.DRILL}
#: A plan is due in a month unless something else is typed.
USUAL_DAYS = 28


def initial_from(query: Mapping[str, Any], site: Site, source: Model | None) -> dict[str, Any]:
    """The fields of the form that are known: from a record, or from ?indicator=, ?month= and ?zone=; the rest is for people."""
    today = local_today(site.zone_info)
    found: dict[str, Any] = {"starts_on": today, "due_on": today + timedelta(days=USUAL_DAYS)}
    if source is not None:
        text = sources.text_of(source)
        found |= {
            "origin": ORIGINS.get(source._meta.app_label, Origin.OTHER),
            "said": text,
            "title": text[:200],
        }
    indicator = measurable().get(str(query.get("indicator", "")))
    if indicator is not None:
        month = Month.parse(str(query.get("month", "")))
        asked = str(query.get("zone", "")) if is_told(indicator) else ""
        zone = next((one for one in site.zones.filter(is_active=True) if str(one.pk) == asked), None)
        found |= _from_indicator(indicator, site, min(month or Month.of(today), Month.of(today)), zone)
    return found


def _from_indicator(indicator: Indicator, site: Site, month: Month, zone: Zone | None) -> dict[str, Any]:
    first = month.back(indicator.window - 1).first
    target = targets_for([site.pk], month)[site.pk][indicator.code]
    counts = days_of(site, first, month.last).total(zone.pk if zone else None)
    at = standing(indicator, counts, site, target=target)
    words = {
        "name": " · ".join([f"{indicator.code} {indicator.name}", *([zone.name] if zone else [])]),
        "value": at.shown,
        "target": at.target_shown,
        "month": formats.date_format(month.first, "YEAR_MONTH_FORMAT"),
    }
    found: dict[str, Any] = {
        "origin": Origin.INDICATOR,
        "indicator": indicator.code,
        "zone": zone,
        "title": gettext("Improve %(name)s") % words,
        "problem": gettext("%(name)s stood at %(value)s in %(month)s; the target is %(target)s.") % words,
    }
    if indicator.target is not None:
        found["target"] = typed(indicator.target, indicator.unit)
    return found
