"""Navigation as data: every entry names its address and who may see it. Apps register in ``ready()``.

Core knows neither sites nor notifications: organization sets ``site_provider`` and core.notifications
``unread_provider``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse

SESSION_SITE = "site"
ALL_SITES = "all"

type_of_user = Any  # the user model lies above core


class SiteLike(Protocol):
    """What the shell needs to know of a site."""

    pk: Any
    name: str
    time_zone: str


@dataclass(frozen=True)
class Entry:
    """One link of the main navigation or of a section's second row."""

    key: str
    label: Any
    url_name: str
    order: int = 50
    icon: str = ""
    #: who sees it; None: everybody who is signed in
    permission: Callable[[type_of_user], bool] | None = None
    #: address prefixes under which the entry counts as current, besides its own address
    prefixes: tuple[str, ...] = ()
    children: Sequence["Entry"] = field(default_factory=tuple)


@dataclass(frozen=True)
class Link:
    """An entry as drawn for one request."""

    key: str
    label: str
    url: str
    icon: str
    current: bool
    children: tuple["Link", ...] = ()


_entries: dict[str, Entry] = {}
_children: dict[str, list[Entry]] = {}
_account: list[Entry] = []

#: user -> the sites the person works at, in display order
site_provider: Callable[[type_of_user], Sequence[SiteLike]] | None = None
#: user -> number of unread notifications
unread_provider: Callable[[type_of_user], int] | None = None


def register(entry: Entry) -> None:
    """Add a main entry. Raises ImproperlyConfigured when the key is taken."""
    if entry.key in _entries:
        raise ImproperlyConfigured(f"navigation entry {entry.key!r} is registered twice")
    _entries[entry.key] = entry


def register_child(parent_key: str, entry: Entry) -> None:
    """Add a link to the second row of a section that another (lower or higher) app registered."""
    _children.setdefault(parent_key, []).append(entry)


def register_account(entry: Entry) -> None:
    """Add a link to the person's own menu (profile, settings, phone page)."""
    _account.append(entry)


def account_links(user: type_of_user, path: str) -> list[Link]:
    """The links of the person's own menu, in order."""
    wanted = sorted(_account, key=lambda entry: (entry.order, entry.key))
    return [link for entry in wanted if (link := _link(entry, user, path)) is not None]


def entries() -> list[Entry]:
    """All main entries in order."""
    return sorted(_entries.values(), key=lambda entry: (entry.order, entry.key))


def links(user: type_of_user, path: str) -> list[Link]:
    """The entries this person may see, the current one marked by the longest matching prefix."""
    drawn = [
        link
        for entry in entries()
        if (link := _link(entry, user, path, _children.get(entry.key, ()))) is not None
    ]
    return _only_best(drawn, path, {entry.key: entry.prefixes for entry in entries()})


def _link(entry: Entry, user: type_of_user, path: str, more: Sequence[Entry] = ()) -> Link | None:
    if entry.permission is not None and not entry.permission(user):
        return None
    url = _address(entry.url_name, get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())
    if url is None:
        return None
    below = sorted([*entry.children, *more], key=lambda child: child.order)
    children = [link for child in below if (link := _link(child, user, path)) is not None]
    prefixes = {child.key: child.prefixes for child in below}
    return Link(
        key=entry.key,
        label=str(entry.label),
        url=url,
        icon=entry.icon,
        current=False,
        children=tuple(_only_best(children, path, prefixes)),
    )


@cache
def _address(url_name: str, urlconf: str, prefix: str) -> str | None:
    """The address of a page, or None where this URL configuration lacks it. Every page draws all links."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return None


def _only_best(drawn: list[Link], path: str, prefixes: dict[str, tuple[str, ...]]) -> list[Link]:
    """Mark the one link whose address or prefix is the longest start of the path."""
    best_key, best_length = "", 0
    for link in drawn:
        own = (link.url,) if link.url == "/" else (link.url, *prefixes.get(link.key, ()))
        below = tuple(child.url for child in link.children)
        for start in (*own, *below, *prefixes.get(link.key, ())):
            matches = path == "/" if start == "/" else path.startswith(start)
            if matches and len(start) > best_length:
                best_key, best_length = link.key, len(start)
    return [
        Link(
            link.key,
            link.label,
            link.url,
            link.icon,
            link.key == best_key,
            link.children,
        )
        for link in drawn
    ]


def user_sites(user: type_of_user) -> Sequence[SiteLike]:
    """The person's sites; empty for anonymous visitors."""
    if site_provider is None or not getattr(user, "is_authenticated", False):
        return ()
    return site_provider(user)


def current_site(request: HttpRequest) -> Any:
    """The site the person looks at, or None for all of them.

    ``?site=<id>`` chooses (and is remembered in the session), ``?site=all`` widens again; who has one site
    is always there. Ids of foreign sites are ignored, exactly like unknown ones.
    """
    cached: Any = getattr(request, "_current_site", False)
    if cached is False:
        cached = _choose_site(request)
        request._current_site = cached  # type: ignore[attr-defined]  # kept for this request only
    return cached


def _choose_site(request: HttpRequest) -> SiteLike | None:
    sites = user_sites(getattr(request, "user", None))
    if len(sites) == 1:
        return sites[0]
    by_id = {str(site.pk): site for site in sites}
    asked = request.GET.get("site", "")
    if asked == ALL_SITES:
        request.session.pop(SESSION_SITE, None)
        return None
    if asked in by_id:
        if request.session.get(SESSION_SITE) != asked:
            request.session[SESSION_SITE] = asked
        return by_id[asked]
    return by_id.get(str(request.session.get(SESSION_SITE, ""))) if by_id else None


def unread(user: type_of_user) -> int:
    """Unread notifications of the person; 0 while nothing provides them."""
    if unread_provider is None or not getattr(user, "is_authenticated", False):
        return 0
    return unread_provider(user)
