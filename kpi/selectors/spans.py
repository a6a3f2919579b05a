"""Days somebody chose to look at."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.dateparse import parse_date

from core.clock import local_today
from kpi.selectors.periods import EARLIEST
from organization.models import Site

#: Days looked at when none are chosen, and at most.
USUAL, LONGEST = 90, 732


@dataclass(frozen=True, slots=True)
class Span:
    """From `first` to `last`, both included, on the site's calendar."""

    first: date
    last: date

    @property
    def length(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1

    @classmethod
    def parse(cls, first: str, last: str, site: Site) -> "Span":
        """The days written as `first` and `last`; what is missing or makes no sense is put right: at most LONGEST days, none to come."""
        today = local_today(site.zone_info)
        end = min(_day(last) or today, today)
        begin = _day(first) or end - timedelta(days=USUAL - 1)
        return cls(min(max(begin, end - timedelta(days=LONGEST - 1)), end), end)


def _day(text: str) -> date | None:
    try:
        found = parse_date(text)
    except ValueError:
        return None
    return found if found is not None and found.year >= EARLIEST else None
