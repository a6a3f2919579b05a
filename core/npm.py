"""Serve chosen files of npm packages straight from node_modules, as /static/npm/<package>/<path>.

Only files listed in ``settings.NPM_FILES`` exist for the browser, in development as in production:
a package's sources, type files and maps are never published.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage
from django.core.checks import Warning as CheckWarning
from django.core.files.storage import FileSystemStorage

PREFIX = "npm/"
#: Named here, because inside the finder `list` is its method.
Names = list[str]


class NpmStorage(FileSystemStorage):
    """One package's folder; ``prefix`` is where collectstatic puts its files."""

    prefix: str


class NpmFinder(BaseFinder):
    """A static files finder over ``settings.NPM_FILES`` (package -> globs) under ``settings.NPM_ROOT``."""

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        """Warn of listed files that are not there. Not an error: a collected site needs no node_modules."""
        missing: list[str] = []
        for _ in self._files(missing):
            pass
        return [
            CheckWarning(
                f"{name} is not in node_modules.",
                hint="Run: npm ci --ignore-scripts",
                id="core.W010",
            )
            for name in missing
        ]

    # The stubs describe a deprecated keyword (all=) that Django 5.2 replaced by find_all.
    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Absolute path of a listed file, ``[]`` when it is not listed; a list with ``find_all``."""
        found = self._locate(path) if path.startswith(PREFIX) else None
        if find_all or kwargs.get("all"):
            return [str(found)] if found else []
        return str(found) if found else []

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, NpmStorage]]:
        """Every listed file with its storage. Raises FileNotFoundError when a glob finds nothing."""
        missing: list[str] = []
        for package, inner in self._files(missing):
            storage = NpmStorage(location=settings.NPM_ROOT / package)
            storage.prefix = f"{PREFIX}{package}"
            yield inner, storage
        if missing:
            raise FileNotFoundError(f"{missing} not in node_modules: run npm ci --ignore-scripts")

    def _files(self, missing: Names) -> Iterator[tuple[str, str]]:
        """(package, path inside it) of all listed files; globs without a hit go into ``missing``."""
        for package, globs in settings.NPM_FILES.items():
            root: Path = settings.NPM_ROOT / package
            for glob in globs:
                hits = sorted(root.glob(glob))
                if not hits:
                    missing.append(f"{package}/{glob}")
                for hit in hits:
                    yield package, hit.relative_to(root).as_posix()

    def _locate(self, path: str) -> Path | None:
        """The file of ``npm/<package>/<inner>`` if a glob of its package names it."""
        for package, globs in settings.NPM_FILES.items():
            head = f"{PREFIX}{package}/"
            if not path.startswith(head):
                continue
            root: Path = settings.NPM_ROOT / package
            inner = path.removeprefix(head)
            if any(Path(inner).match(glob) and inner.count("/") == glob.count("/") for glob in globs):
                full = root / inner
                if ".." not in Path(inner).parts and full.is_file():
                    return full
        return None
