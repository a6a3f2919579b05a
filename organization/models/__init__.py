"""Companies, sites, buildings, zones, departments, people and their roles."""

from .companies import Company
from .people import Department, Membership, Person, Role
from .sites import Building, Holiday, Site
from .tokens import IntegrationToken
from .zones import Zone

__all__ = [
    "Building",
    "Company",
    "Department",
    "Holiday",
    "IntegrationToken",
    "Membership",
    "Person",
    "Role",
    "Site",
    "Zone",
]
