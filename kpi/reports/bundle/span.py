"""Which records a bundle holds: those of the month, of the month before it is compared with, and of their windows."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.recurrence import begin_of
from kpi.indicators import indicators, sources
from kpi.selectors.periods import Month
from organization.models import Site, Zone


@dataclass(frozen=True, slots=True)
class Span:
    """A month of a site, and how far back its figures reach."""

    site: Site
    month: Month
    zones: dict[int, str]

    @classmethod
    def of(cls, site: Site, month: Month) -> "Span":
        """With the codes of the site's zones."""
        return cls(site, month, dict(Zone.objects.filter(site=site).values_list("pk", "code")))

    def first_day(self, source: str) -> date:
        """The first day on which a record of a source of figures may count."""
        return self.month.back(window_of(source)).first

    def begin(self, source: str) -> datetime:
        """The instant at which that day begins at the site."""
        return begin_of(self.first_day(source), self.site.zone_info)

    @property
    def end(self) -> datetime:
        """The instant at which the month ends at the site."""
        return begin_of(self.month.last + timedelta(days=1), self.site.zone_info)

    def zone(self, zone_id: int | None) -> str:
        """The code of a zone; "" without one."""
        return self.zones.get(zone_id, "") if zone_id is not None else ""


def window_of(source: str) -> int:
    """Over how many months, the shown one last, an indicator of that source is reckoned at most."""
    found = next(one for one in sources() if one.name == source)
    codes = {measure.code for measure in found.measures}
    using = (one.window for one in indicators().values() if any(part.code in codes for part in one.measures))
    return max(using, default=1)
