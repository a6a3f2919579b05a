"""Closing a month: its figures are written down once, with a hash; what happens to the records later is told beside them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import audit, events, policies
from core.clock import now
from kpi.indicators import Scope, indicators, live_indicators, measures
from kpi.models import ClosedMonth, FigureCheck
from kpi.selectors.closed import closed_of
from kpi.selectors.closed_figures import closed_figures
from kpi.selectors.counting import days_of, months_of, stale_days
from kpi.selectors.freezing import VERSION, canonical, definition, digest, figure
from kpi.selectors.lines import windowed
from kpi.selectors.month_measures import lines_of_month
from kpi.selectors.periods import Month
from kpi.selectors.standing import standing
from kpi.selectors.targets import targets_for
from kpi.selectors.weights import weights_over
from kpi.services.folding import hold_counts
from kpi.signals import month_closed
from organization.models import Person, Site, Zone

CLOSED = audit.register_action(
    "kpi.month_closed", gettext_lazy("Closed the month %(month)s (SHA-256 %(sha256)s)")
)
#: Months before it whose counts are part of a month's figures.
WINDOW = 12


@dataclass(frozen=True, slots=True)
class Point:
    """A line of the checklist before closing. `must`: as long as it is not so, the month cannot be closed."""

    label: Any
    is_ok: bool
    must: bool
    detail: Any = ""
    page: str = ""


def checklist(site: Site, month: Month) -> list[Point]:
    """What to look at before a month is closed."""
    return list(_points(site, month))


def _points(site: Site, month: Month) -> Iterator[Point]:
    yield Point(_("The month is over at the site"), month < Month.current(site), True)
    waiting = len(stale_days(site, month.back(WINDOW - 1).first, month.last))
    told = ngettext(
        "%(count)d day still waits; it takes a minute or two.",
        "%(count)d days still wait; it takes a minute or two.",
        waiting,
    )
    yield Point(_("Every day is counted"), not waiting, True, told % {"count": waiting} if waiting else "")
    check = FigureCheck.objects.filter(site=site).first()
    is_equal = check is not None and not check.differences
    yield Point(
        _("The last comparison with the records found no difference"),
        is_equal,
        False,
        "" if is_equal else _("It was not made yet, or some days differ."),
    )
    known = bool(site.households and site.population)
    yield Point(
        _("The site's profile tells households and residents"),
        known,
        False,
        "" if known else _("Rates have no data without them."),
    )
    total = days_of(site, month.first, month.last).total() if month <= Month.current(site) else {}
    for code, label in (
        ("complaints_unjudged", _("Complaints are judged")),
        ("stamps_missing", _("Cases have their time stamps")),
    ):
        number = int(total.get(code, 0))
        told = (
            ngettext("%(count)d is open.", "%(count)d are open.", number) % {"count": number}
            if number
            else ""
        )
        yield Point(
            label,
            not number,
            False,
            told,
            measures()[code].page(Scope(site, month.first, month.last)) if number else "",
        )


@transaction.atomic
def close_month(*, user: Person, site: Site, month: Month) -> ClosedMonth:
    """Freeze the figures of a month that is over. Once: whoever comes second gets a ValidationError.

    Raises PermissionDenied, and ValidationError while the month lasts or one of its days waits to be counted.
    """
    policies.require(user, "add", ClosedMonth, parent=site)
    hold_counts(site)
    if closed_of(site, month) is not None:
        raise ValidationError(_("This month is closed already."))
    missing = [str(point.label) for point in _points(site, month) if point.must and not point.is_ok]
    if missing:
        raise ValidationError(
            _("The month cannot be closed yet: %(points)s.") % {"points": "; ".join(missing)}
        )
    text = canonical(content_of(site, month))
    closed = ClosedMonth.objects.create(
        company_id=site.company_id, site=site, month=month.first, closed_by=user, closed_at=now(), content=text,
        sha256=digest(text),
    )  # fmt: skip
    audit.record(
        CLOSED, actor=user, site=site, target=closed, details={"month": str(month), "sha256": closed.sha256}
    )
    events.emit(month_closed, closed_id=closed.pk)
    return closed


def content_of(site: Site, month: Month) -> dict[str, Any]:
    """What is frozen: counts by day and zone, figures, targets, weights of the scorecard, profile, improvement measures, and definitions
    in the language of the site."""
    days = days_of(site, month.first, month.last)
    kept = months_of([site.pk], month.previous, month, windows=True)[site.pk] | {month: days.total()}
    targets = targets_for([site.pk], month)[site.pk]
    before = closed_figures([site.pk], [month.previous]).get((site.pk, month.previous))
    at = {
        code: standing(
            one,
            windowed(one, kept, month),
            site,
            windowed(one, kept, month.previous),
            target=targets[code],
            earlier=None if before is None else before.frozen.standing(one),
        )
        for code, one in live_indicators().items()
    }
    missed = {code for code, one in at.items() if one.tone == "danger"}
    with translation.override(site.language):
        definitions = {code: definition(one) for code, one in indicators().items()}
    return {
        "version": VERSION,
        "site": {"code": site.code, "name": site.name, "time_zone": site.time_zone},
        "month": str(month),
        "profile": {"households": site.households, "population": site.population},
        "zones": {
            zone.pk: f"{zone.code} {zone.name}" for zone in Zone.objects.filter(pk__in=days.zone_ids())
        },
        "days": {
            day.isoformat(): {
                "" if zone is None else str(zone): counts for zone, counts in zones.items() if counts
            }
            for day, zones in days.by_day.items()
            if any(zones.values())
        },
        "windows": {
            code: windowed(one.indicator, kept, month) for code, one in at.items() if one.indicator.window > 1
        },
        "targets": dict(targets),
        "weights": dict(weights_over([site], [month])[site.pk][month]),
        "figures": {code: figure(one) for code, one in at.items()},
        "measures": [line.as_json for line in lines_of_month(site, month, missed)],
        "definitions": definitions,
    }
