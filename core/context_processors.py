"""What the page frame needs, computed only when a template asks for it."""

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from core import clock, navigation

THEME_COOKIE = "theme"
THEMES = ("light", "dark")
#: clocks of web servers and Redis may differ by this much
STREAM_MARGIN_MS = 3_000


class Shell:
    """The frame of a desk page for one request; every attribute is lazy."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._user: Any = getattr(request, "user", None)
        request.shell = self  # type: ignore[attr-defined]  # for partials rendered without the frame's context

    @cached_property
    def signed_in(self) -> bool:
        """Is somebody signed in?"""
        return bool(getattr(self._user, "is_authenticated", False))

    @cached_property
    def nav(self) -> list[navigation.Link]:
        """Main navigation of this person."""
        return navigation.links(self._user, self._request.path) if self.signed_in else []

    @cached_property
    def section(self) -> navigation.Link | None:
        """The current main entry; its children are the second row of links."""
        return next((link for link in self.nav if link.current), None)

    @cached_property
    def user_sites(self) -> Sequence[navigation.SiteLike]:
        """Sites the person may switch between."""
        return navigation.user_sites(self._user)

    @cached_property
    def site(self) -> Any:
        """The chosen site or None (all sites)."""
        return navigation.current_site(self._request)

    @cached_property
    def zone(self) -> str:
        """IANA name of the zone times are shown in: the chosen site's, else the first site's."""
        site = self.site or next(iter(self.user_sites), None)
        return str(site.time_zone) if site is not None else str(settings.DEFAULT_SITE_TIME_ZONE)

    @cached_property
    def now(self) -> datetime:
        """The present, once a request."""
        return clock.now()

    @cached_property
    def account_links(self) -> list[navigation.Link]:
        """Links of the person's own menu."""
        return navigation.account_links(self._user, self._request.path) if self.signed_in else []

    @cached_property
    def unread(self) -> int:
        """Unread notifications."""
        return navigation.unread(self._user)

    @cached_property
    def theme(self) -> str:
        """ "light", "dark", or "" to follow the system."""
        chosen = self._request.COOKIES.get(THEME_COOKIE, "")
        return chosen if chosen in THEMES else ""

    @cached_property
    def topics(self) -> str:
        """Live topics of this page for the event stream, separated by commas."""
        if not self.signed_in:
            return ""
        sites = [self.site] if self.site is not None else list(self.user_sites)
        return ",".join([f"person:{self._user.pk}", *(f"site:{site.pk}" for site in sites)])

    @cached_property
    def stream_after(self) -> str:
        """Event stream position just before this page was made, so that nothing is missed until it listens."""
        return f"{int(self.now.timestamp() * 1000) - STREAM_MARGIN_MS}-0"

    @cached_property
    def initial(self) -> str:
        """First character of the person's name, for the round mark in the header."""
        return str(getattr(self._user, "name", "") or self._user)[:1].upper() if self.signed_in else ""


def shell(request: HttpRequest) -> dict[str, Shell]:
    """Context processor: ``shell`` in every template."""
    return {"shell": frame_of(request) or Shell(request)}


def frame_of(request: HttpRequest | None) -> Shell | None:
    """The frame of this request, made on first use; None without a request."""
    if request is None:
        return None
    made: Shell | None = getattr(request, "shell", None)
    return made or Shell(request)
