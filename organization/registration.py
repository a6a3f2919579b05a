"""What organization tells the platform: sites of a person, navigation, set-up steps, names of acts."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import audit, live, navigation
from core.navigation import Entry
from organization import setup
from organization.access import COMPANY_WIDE, MANAGERS, grants_of, sites_of
from organization.models import Membership, Role, Site


def user_sites(user: Any) -> list[Site]:
    """The sites in the header's switcher."""
    return sites_of(user)


def may_organize(user: Any) -> bool:
    """Everybody but guards sees the organization."""
    held = grants_of(user)
    return held.everything or bool(held.roles() - {Role.GUARD})


def holds(roles: frozenset[Role]) -> Any:
    """A navigation permission: one of `roles` is held somewhere."""
    return lambda user: grants_of(user).has(roles)


def site_topics(person: Any) -> set[str]:
    """The live topics a person may hear: their sites."""
    return {f"site:{site.pk}" for site in sites_of(person)}


live.source(site_topics)
audit.register_action("organization.company_founded", _("Founded the company"))
audit.register_action("organization.password_reset", _("Gave somebody a one-time password"))
audit.register_action("organization.password_changed", _("Chose a new password"))
audit.register_action("organization.person_deactivated", _("Deactivated a person"))
audit.register_action("organization.person_reactivated", _("Reactivated a person"))

navigation.site_provider = user_sites
navigation.register(
    Entry(
        "organization",
        _("Organization"),
        "organization:zones",
        order=100,
        icon="building",
        permission=may_organize,
        prefixes=("/organization/", "/imports/organization."),
        children=(
            Entry("zones", _("Zones"), "organization:zones", order=10, icon="map"),
            Entry("sites", _("Sites"), "organization:sites", order=20, icon="buildings"),
            Entry(
                "households",
                _("Household register"),
                "organization:households",
                order=25,
                icon="house",
                prefixes=("/organization/residents/", "/imports/organization.households/"),
            ),
            Entry("notices", _("Notices to residents"), "organization:notices", order=27, icon="megaphone"),
            Entry("people", _("People"), "organization:people", order=30, icon="people"),
            Entry("departments", _("Departments"), "organization:departments", order=40, icon="diagram-3"),
            Entry("holidays", _("Holidays"), "organization:holidays", order=50, icon="calendar-event"),
            Entry(
                "company",
                _("Company"),
                "organization:company",
                order=60,
                icon="gear",
                permission=holds(frozenset(COMPANY_WIDE)),
            ),
            Entry(
                "tokens",
                _("Integration tokens"),
                "organization:tokens",
                order=65,
                icon="key",
                permission=holds(frozenset(COMPANY_WIDE)),
            ),
            Entry(
                "setup",
                _("Set up"),
                "organization:setup",
                order=70,
                icon="list-check",
                permission=holds(frozenset(MANAGERS)),
            ),
        ),
    )
)

setup.register(
    setup.Step(
        "profile",
        10,
        _("Site profile"),
        _("Property type, height, business hours: they decide which rules apply."),
        lambda site: True,
        lambda site: reverse("organization:site_change", args=[site.pk]),
        _("Check"),
    )
)
setup.register(
    setup.Step(
        "plan",
        20,
        _("Site plan"),
        _("Upload a picture of the site and say how many metres it shows."),
        lambda site: bool(site.plan_width_m),
        lambda site: reverse("organization:site_plan", args=[site.pk]),
        _("Upload"),
    )
)
setup.register(
    setup.Step(
        "zones",
        30,
        _("Zones"),
        _("Divide the site and name one person for each zone."),
        lambda site: site.zones.exists(),
        lambda site: reverse("organization:zone_add", args=[site.pk]),
        _("Add a zone"),
    )
)
setup.register(
    setup.Step(
        "people",
        50,
        _("People"),
        _("Add the guards who walk and the leaders who watch."),
        lambda site: Membership.objects.filter(site=site, role=Role.GUARD).exists(),
        lambda site: reverse("organization:person_add"),
        _("Add a person"),
    )
)
