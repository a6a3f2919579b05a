"""The ES module graph of entry files: import map, modulepreload list and precache list.

Scripts are never rewritten. A module's hashed address says ``./outbox.js``, which resolves to the plain
address of its neighbour, which the page's import map sends to the hashed one.
"""

import json
import posixpath
import re
from base64 import b64encode
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.templatetags.static import static

_COMMENT = re.compile(r"/\*.*?\*/|(?:^|(?<=\s))//[^\n]*", re.DOTALL | re.MULTILINE)
_EAGER = re.compile(r"""(?:^|[;}\s])(?:import|export)(?:[\s{*][^"'();]*?from)?\s*["']([^"']+)["']""")
_LAZY = re.compile(r"""\bimport\(\s*["'`]([^"'`$]+)["'`]\s*\)""")


class ModuleMissingError(LookupError):
    """An import names a file that no finder serves, or that is not in ``settings.NPM_FILES``."""


@dataclass
class Graph:
    """What is reachable from the entries, as static paths without prefix ("js/desk/main.js")."""

    #: bare specifier -> static path
    bare: dict[str, str] = field(default_factory=dict)
    #: loaded with the page, in order of discovery
    eager: list[str] = field(default_factory=list)
    #: loaded by ``import("…")`` when wanted
    lazy: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Page:
    """Everything a page needs to run its entry modules; URLs are final (hashed where files are hashed)."""

    import_map: str
    #: source expression for the policy's script-src, quotes included
    csp_hash: str
    entries: tuple[str, ...]
    eager: tuple[str, ...]
    lazy: tuple[str, ...]


def resolve(specifier: str, importer: str) -> str:
    """The static path an import leads to: relative to the importer, by ``settings.IMPORTS``, or in npm/."""
    if specifier.startswith("."):
        return posixpath.normpath(posixpath.join(posixpath.dirname(importer), specifier))
    mapped: str | None = settings.IMPORTS.get(specifier)
    return mapped if mapped is not None else f"npm/{specifier}"


def source(path: str) -> str:
    """The text of a static file, from the collected files when these are hashed, else through the finders."""
    storage = _collected()
    if storage is not None:
        with storage.open(storage.stored_name(path)) as file:
            collected: str = file.read().decode()
            return collected
    found = finders.find(path)
    if not found:
        raise ModuleMissingError(f"no static file {path!r}")
    return Path(str(found)).read_text(encoding="utf-8")


def imports_of(code: str) -> tuple[list[str], list[str]]:
    """Literal specifiers of static and of dynamic imports in a module's text."""
    bare_code = _COMMENT.sub("", code)
    return _EAGER.findall(bare_code), _LAZY.findall(bare_code)


def graph(*entries: str) -> Graph:
    """Follow every import from the entries. Raises ModuleMissingError naming importer and specifier."""
    result = Graph()
    todo: list[tuple[str, bool]] = [(entry, False) for entry in reversed(entries)]
    seen: dict[str, bool] = {}
    while todo:
        path, is_lazy = todo.pop()
        if path in seen and (is_lazy or not seen[path]):
            continue
        seen[path] = is_lazy
        eager, lazy = imports_of(source(path))
        following = [(spec, is_lazy) for spec in eager] + [(spec, True) for spec in lazy]
        for spec, wanted_later in reversed(following):
            target = resolve(spec, path)
            if not _exists(target):
                raise ModuleMissingError(f"{path} imports {spec!r}: no static file {target!r}")
            if not spec.startswith("."):
                result.bare[spec] = target
            todo.append((target, wanted_later))
    result.eager = [path for path, late in seen.items() if not late]
    result.lazy = [path for path, late in seen.items() if late]
    return result


def build(*entries: str) -> Page:
    """Import map, its hash and the addresses for pages that start with these modules."""
    found = graph(*entries)
    addresses = {spec: static(path) for spec, path in sorted(found.bare.items())}
    for path in sorted(found.eager + found.lazy):
        plain, final = settings.STATIC_URL + path, static(path)
        if plain != final:
            addresses[plain] = final
    text = json.dumps({"imports": addresses}, separators=(",", ":"))
    digest = b64encode(sha256(text.encode()).digest()).decode()
    return Page(
        import_map=text,
        csp_hash=f"'sha256-{digest}'",
        entries=tuple(static(entry) for entry in entries),
        eager=tuple(static(path) for path in found.eager),
        lazy=tuple(static(path) for path in found.lazy),
    )


_cached_build = cache(build)


def page(*entries: str) -> Page:
    """``build``, kept for the life of the process except in development."""
    return build(*entries) if settings.DEBUG else _cached_build(*entries)


def _exists(path: str) -> bool:
    storage = _collected()
    return path in storage.hashed_files if storage is not None else bool(finders.find(path))


def _collected() -> Any:
    """The storage of collected, hashed files, or None while files come from their sources."""
    storage: Any = staticfiles_storage
    return storage if isinstance(storage, ManifestFilesMixin) and not settings.DEBUG else None
