"""Every route of the product, read from the URL configuration itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

# Served by libraries for development only, or test-only.
LEFT_OUT = ("styleguide",)


@dataclass(frozen=True)
class Route:
    """One named address."""

    name: str
    parameters: tuple[str, ...]
    callback: Any
    pattern: str


def routes() -> list[Route]:
    """All routes, those of the same name once."""
    found = {route.name: route for route in walk(get_resolver().url_patterns)}
    return [found[name] for name in sorted(found) if not name.startswith(LEFT_OUT)]


def walk(patterns: Any, namespaces: tuple[str, ...] = (), prefix: str = "") -> Iterator[Route]:
    """The patterns below `patterns`, depth first."""
    for entry in patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            below = (*namespaces, entry.namespace) if entry.namespace else namespaces
            yield from walk(entry.url_patterns, below, path)
        elif isinstance(entry, URLPattern):
            if path.startswith(LEFT_OUT):
                continue
            assert entry.name, f"{path} has no name"
            yield Route(
                ":".join((*namespaces, entry.name)),
                tuple(entry.pattern.regex.groupindex),
                entry.callback,
                path,
            )
