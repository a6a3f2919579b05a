"""Navigation of portal."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core import navigation
from core.navigation import Entry
from organization.access import EVERYBODY, grants_of
from organization.models import Role


def has_desk(user: Any) -> bool:
    """Everybody who is more than a guard."""
    return grants_of(user).has(EVERYBODY - {Role.GUARD})


navigation.register(
    Entry(
        "live",
        _("Live"),
        "portal:live",
        order=10,
        icon="broadcast",
        permission=has_desk,
        prefixes=("/live/",),
    )
)
