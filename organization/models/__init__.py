"""Companies, sites, buildings, zones, households, departments, people and their roles."""

from .companies import Company
from .households import Household, HouseholdKind, Resident, ResidentKind, ResidentPurpose
from .people import Department, Membership, Person, Role
from .publishing import NoticeKind, PrivacyNotice, SiteInformation, SiteNotice
from .sites import Building, Holiday, Site
from .tokens import IntegrationToken
from .zones import Zone

__all__ = [
    "Building",
    "Company",
    "Department",
    "Holiday",
    "Household",
    "HouseholdKind",
    "IntegrationToken",
    "Membership",
    "NoticeKind",
    "Person",
    "PrivacyNotice",
    "Resident",
    "ResidentKind",
    "ResidentPurpose",
    "Role",
    "Site",
    "SiteInformation",
    "SiteNotice",
    "Zone",
]
