"""Sites, their buildings and zones."""

from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.db.models import Model

from core import live, policies
from core.attachments.storing import storing
from core.clock import local_today
from organization.models import Building, Company, Person, Site, Zone

M = TypeVar("M", bound=Model)
REVIEW_EVERY = relativedelta(months=6)


@transaction.atomic
def add_site(*, actor: Any, company: Company, **fields: Any) -> Site:
    """A new site of the company."""
    policies.require(actor, "add", Site, parent=company)
    return _store(Site(company=company), fields)


@transaction.atomic
def change_site(*, actor: Any, site: Site, **fields: Any) -> Site:
    """Change a site's profile, hours or plan. Raises StoreUnavailable when the plan's picture cannot be kept."""
    policies.require(actor, "change", site)
    with storing():
        _store(site, fields)
    live.publish(f"site:{site.pk}", "site", site=site.pk)
    return site


@transaction.atomic
def add_building(*, actor: Any, site: Site, **fields: Any) -> Building:
    """A new building of the site."""
    policies.require(actor, "add", Building, parent=site)
    return _store(Building(site=site), fields)


@transaction.atomic
def change_building(*, actor: Any, building: Building, **fields: Any) -> Building:
    """Change a building."""
    policies.require(actor, "change", building)
    return _store(building, fields)


@transaction.atomic
def add_zone(*, actor: Any, site: Site, **fields: Any) -> Zone:
    """A new zone. Its first review is due half a year from now unless a day is given (R028)."""
    policies.require(actor, "add", Zone, parent=site)
    zone = Zone(site=site, review_due_on=local_today(site.zone_info) + REVIEW_EVERY)
    return _store_zone(zone, fields)


@transaction.atomic
def change_zone(*, actor: Any, zone: Zone, **fields: Any) -> Zone:
    """Change a zone."""
    policies.require(actor, "change", zone)
    return _store_zone(zone, fields)


@transaction.atomic
def review_zone(*, actor: Any, zone: Zone, next_review_on: date | None = None) -> Zone:
    """Note that the zone's division and person were reviewed today; the next review is set."""
    policies.require(actor, "review", zone)
    zone.review_due_on = next_review_on or local_today(zone.site.zone_info) + REVIEW_EVERY
    zone.full_clean()
    zone.save()
    return zone


def phone_of(person: Person | None) -> str:
    """The phone printed in the zone table when none is typed: the responsible person's."""
    return person.phone if person else ""


def area_of(length_m: Decimal | None, width_m: Decimal | None) -> Decimal | None:
    """The source's formula, area = length × width; None unless both are known."""
    if length_m is None or width_m is None:
        return None
    return (length_m * width_m).quantize(Decimal("0.1"))


def _store_zone(zone: Zone, fields: dict[str, Any]) -> Zone:
    for name, value in fields.items():
        if name == "review_due_on" and value is None:
            continue
        setattr(zone, name, value)
    if zone.area_m2 is None:
        zone.area_m2 = area_of(zone.length_m, zone.width_m)
    zone.phone = zone.phone or phone_of(zone.responsible)
    zone.full_clean()
    zone.save()
    live.publish(f"site:{zone.site_id}", "zones", zone=zone.pk)
    return zone


def _store(row: M, fields: dict[str, Any]) -> M:
    for name, value in fields.items():
        setattr(row, name, value)
    row.full_clean()
    row.save()
    return row
