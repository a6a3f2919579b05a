"""Months of a site's calendar."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from core.clock import local_today
from organization.models import Company, Site

_WRITTEN = re.compile(r"(\d{4})-(\d{2})")
EARLIEST, LATEST = 2020, 2199


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month; written "2026-10" in addresses."""

    first: date

    @classmethod
    def of(cls, day: date) -> "Month":
        """The month in which `day` lies."""
        return cls(day.replace(day=1))

    @classmethod
    def parse(cls, text: str) -> "Month | None":
        """The month written as `text`, or None when it is none."""
        found = _WRITTEN.fullmatch(text)
        if found is None or not (EARLIEST <= int(found[1]) <= LATEST and 1 <= int(found[2]) <= 12):
            return None
        return cls(date(int(found[1]), int(found[2]), 1))

    @classmethod
    def current(cls, site: Site) -> "Month":
        """The month it is at the site now."""
        return cls.now_in(site.time_zone)

    @classmethod
    def now_in(cls, zone: str) -> "Month":
        """The month it is in a time zone now."""
        return cls.of(local_today(zone))

    @property
    def last(self) -> date:
        """Its last day."""
        return self.next.first - timedelta(days=1)

    @property
    def next(self) -> "Month":
        """The month after it."""
        return Month.of(self.first + timedelta(days=31))

    @property
    def previous(self) -> "Month":
        """The month before it."""
        return Month.of(self.first - timedelta(days=1))

    def back(self, months: int) -> "Month":
        """The month that many before it."""
        whole = self.first.year * 12 + self.first.month - 1 - months
        return Month(date(whole // 12, whole % 12 + 1, 1))

    @property
    def days(self) -> list[date]:
        """Its days in order."""
        return [self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)]

    def __str__(self) -> str:
        return f"{self.first:%Y-%m}"


def month_to_come(owner: Site | Company) -> Month:
    """The next month at a site; of a company, the one after the latest that has begun at any of its sites."""
    zones = {owner.time_zone}
    if isinstance(owner, Company):
        zones |= set(Site.objects.filter(company=owner, is_active=True).values_list("time_zone", flat=True))
    return Month.of(max(local_today(zone) for zone in zones)).next
