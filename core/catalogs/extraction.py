"""Find every translatable word in Python, templates, shipped JavaScript."""

import io
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.extract import extract
from django.utils.translation.template import templatize

from core.catalogs.messages import Message
from core.catalogs.scripts import script_messages

KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "_now": None,  # gettext, where _ is the lazy one
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
SKIPPED = {
    "node_modules",
    ".venv",
    ".tools",
    "var",
    "staticfiles",
    "tests",
    "migrations",
    "benchmarks",
    "locale",
}


def sources(root: Path, patterns: Iterable[str]) -> Iterator[Path]:
    """Our own files that match, in order."""
    for pattern in patterns:
        for path in sorted(root.glob(pattern)):
            if not SKIPPED.intersection(path.relative_to(root).parts):
                yield path


def messages_of(path: Path, root: Path) -> Iterator[Message]:
    """The messages of one file."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".js":
        for line, words, plural, context in script_messages(text):
            yield Message(words, plural, context, [f"{path.relative_to(root)}:{line}"])
        return
    if path.suffix in {".html", ".txt", ".webmanifest"}:
        # What templatize leaves is no Python yet: lines may be indented anyhow.
        text = "\n".join(line.lstrip() for line in templatize(text).split("\n"))
    found = extract("python", io.BytesIO(text.encode()), keywords=KEYWORDS)
    for line, message, _comments, context in found:
        place = f"{path.relative_to(root)}:{line}"
        if isinstance(message, tuple):
            yield Message(message[0], message[1], context, [place])
        elif message:
            yield Message(message, "", context, [place])


def collect(root: Path, domain: str) -> dict[tuple[str | None, str], Message]:
    """Every message of a gettext domain: "django" (server) or "djangojs" (phone and desk scripts)."""
    patterns = (
        ["static/js/**/*.js"]
        if domain == "djangojs"
        else [
            "**/*.py",
            "templates/**/*.html",
            "templates/**/*.txt",
            "**/templates/**/*.html",
            "**/templates/**/*.txt",
            "templates/**/*.webmanifest",
        ]
    )
    merged: dict[tuple[str | None, str], Message] = {}
    seen: dict[tuple[str | None, str], set[str]] = defaultdict(set)
    for path in dict.fromkeys(sources(root, patterns)):
        for message in messages_of(path, root):
            if not message.text:
                continue
            kept = merged.setdefault(message.key, message)
            kept.plural = kept.plural or message.plural
            if message.places[0] not in seen[message.key]:
                seen[message.key].add(message.places[0])
                if kept is not message:
                    kept.places.extend(message.places)
    return merged
