"""Households and residents: entered, changed, looked up, erased (R027, R095; PIPL art. 17, 19, 47)."""

from collections.abc import Iterable
from typing import Any

import pgtrigger
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from pghistory.core import event_models

from core import audit, live, policies
from core.clock import local_today, now
from organization.models import Building, Household, Resident, Site
from organization.models.households import ERASED_NAME

PHONES_SEEN = audit.register_action(
    "organization.phones_seen", _("Looked at the residents' telephone numbers")
)
ERASED = audit.register_action("organization.resident_erased", _("Erased a resident"))
ERASED_OVERDUE = audit.register_action(
    "organization.residents_erased_overdue", _("Erased %(count)s residents whose time was over")
)

#: What is left of somebody who was erased, in the row and in its versions.
NOTHING: dict[str, Any] = {"name": ERASED_NAME, "phone": "", "basis": "", "language": "", "consent_at": None}


@transaction.atomic
def add_household(*, actor: Any, site: Site, **fields: Any) -> Household:
    """A new unit of the site."""
    policies.require(actor, "add", Household, parent=site)
    return _store_household(Household(site=site), fields)


@transaction.atomic
def change_household(*, actor: Any, household: Household, **fields: Any) -> Household:
    """Change a unit."""
    policies.require(actor, "change", household)
    return _store_household(household, fields)


@transaction.atomic
def add_resident(*, actor: Any, household: Household, **fields: Any) -> Resident:
    """Somebody of a unit. Raises ValidationError when the same name is there already or the last day has passed."""
    policies.require(actor, "add", Resident, parent=household.site)
    return _store_resident(Resident(household=household), fields)


@transaction.atomic
def change_resident(*, actor: Any, resident: Resident, **fields: Any) -> Resident:
    """Change what is known of somebody. Raises ValidationError for somebody who was erased."""
    policies.require(actor, "change", resident)
    # Read again under a lock: what was erased meanwhile must not come back with a form that was open.
    current = (
        Resident.objects.select_for_update(of=("self",)).select_related("household__site").get(pk=resident.pk)
    )
    if current.erased_at is not None:
        raise ValidationError(_("Of this person nothing is kept any more."))
    return _store_resident(current, fields)


@transaction.atomic
def see_phones(*, actor: Any, household: Household) -> list[Resident]:
    """The residents of a unit with their telephone numbers; that they were looked at is recorded."""
    policies.require(actor, "see_phones", household)
    audit.record(PHONES_SEEN, actor=actor, site=household.site, target=household)
    return list(household.residents.filter(erased_at=None))


@transaction.atomic
def erase_resident(*, actor: Any, resident: Resident) -> None:
    """Forget who somebody was, at once and in every version kept: name, telephone, language, basis of keeping."""
    policies.require(actor, "erase", resident)
    if not _erase([resident.pk]):
        return
    site = resident.household.site
    audit.record(ERASED, actor=actor, site=site, target=resident)
    live.publish(f"site:{site.pk}", "households", household=resident.household_id)


def erase_overdue() -> int:
    """Erase everybody whose last day at their site has passed; how many. Called every hour, so that nobody
    outlives the night after it; also twice or late."""
    erased = 0
    for site in Site.objects.filter(household_register__residents__keep_until__isnull=False).distinct():
        with transaction.atomic():
            overdue = Resident.objects.known().filter(
                household__site=site, keep_until__lt=local_today(site.zone_info)
            )
            count = _erase(list(overdue.values_list("pk", flat=True)))
            if count:
                audit.record(ERASED_OVERDUE, actor=None, site=site, details={"count": count})
        erased += count
    return erased


def _erase(keys: Iterable[int]) -> int:
    """Make the rows and all their versions anonymous. The versions stay: that something happened is no secret."""
    keys = list(keys)
    rows = Resident.objects.known().filter(pk__in=keys)
    count = rows.update(**NOTHING, erased_at=now())
    for versions in event_models(tracks_model=Resident):
        # Versions are append-only; this is the one exception the law demands.
        with pgtrigger.ignore(f"{versions._meta.app_label}.{versions.__name__}:append_only"):
            versions._default_manager.filter(pgh_obj_id__in=keys).update(**NOTHING)
    return count


def _store_household(household: Household, fields: dict[str, Any]) -> Household:
    for name, value in fields.items():
        setattr(household, name, value)
    building: Building | None = household.building
    if building is not None and building.site_id != household.site_id:
        raise ValidationError({"building": _("This belongs to another site.")})
    household.code = " ".join(household.code.split())
    household.full_clean()
    household.save()
    live.publish(f"site:{household.site_id}", "households", household=household.pk)
    return household


def _store_resident(resident: Resident, fields: dict[str, Any]) -> Resident:
    for name, value in fields.items():
        setattr(resident, name, value)
    resident.name = " ".join(resident.name.split())
    today = local_today(resident.household.site.zone_info)
    if resident.keep_until is not None and resident.keep_until < today:
        raise ValidationError({"keep_until": _("This day has passed.")})
    resident.full_clean()
    resident.save()
    live.publish(f"site:{resident.household.site_id}", "households", household=resident.household_id)
    return resident
