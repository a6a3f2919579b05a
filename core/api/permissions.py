"""What a token may do at all: its scopes. What its person may do is the policies' matter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework import permissions
from rest_framework.request import Request

if TYPE_CHECKING:  # rest_framework.views imports this module
    from rest_framework.views import APIView

READ, WRITE = "read", "write"


class HasScope(permissions.BasePermission):
    """A session has every scope; a token needs ``<scope_name>:read`` or ``:write``.

    A view names itself by ``scope_name``; without it the app of its queryset's model is the name, and a
    view with neither is closed to tokens.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Is the scope among the token's?"""
        if request.auth is None:
            return True
        name = scope_name(view)
        if name is None:
            return False
        wanted = READ if request.method in permissions.SAFE_METHODS else WRITE
        scopes: list[str] = getattr(request.auth, "scopes", [])
        return f"{name}:{wanted}" in scopes or (wanted == READ and f"{name}:{WRITE}" in scopes)


def scope_name(view: Any) -> str | None:
    """The first half of the scopes that open `view`."""
    name: str | None = getattr(view, "scope_name", None)
    if name is not None:
        return name
    queryset = getattr(view, "queryset", None)
    return None if queryset is None else str(queryset.model._meta.app_label)
