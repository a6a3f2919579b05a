"""The catalogs on disk: merged with the source, checked, compiled."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polib

from core.catalogs.messages import PLACEHOLDER, Message

DOMAINS = ("django", "djangojs")
LOCALES = ("zh_Hans", "zh_Hant")
PLURAL_FORMS = "nplurals=1; plural=0;"  # Chinese has one form


@dataclass(frozen=True)
class Fault:
    """Something wrong with an entry of a catalog."""

    path: Path
    text: str
    problem: str


def path_of(root: Path, locale: str, domain: str) -> Path:
    """Where a catalog stands."""
    return root / "locale" / locale / "LC_MESSAGES" / f"{domain}.po"


def load(path: Path) -> polib.POFile:
    """The catalog at `path`, or an empty one."""
    if path.exists():
        return polib.pofile(str(path), wrapwidth=0)
    catalog = polib.POFile(wrapwidth=0)
    catalog.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": path.parent.parent.name,
        "Plural-Forms": PLURAL_FORMS,
    }
    return catalog


def merge(catalog: polib.POFile, messages: dict[tuple[str | None, str], Message]) -> int:
    """Bring a catalog up to the source: new texts empty, gone texts removed. Returns how many are untranslated."""
    known = {(entry.msgctxt or None, entry.msgid): entry for entry in catalog if not entry.obsolete}
    catalog.clear()
    for key in sorted(messages, key=lambda item: (messages[item].places[0].split(":")[0], item[1])):
        message = messages[key]
        entry = known.get(key) or polib.POEntry(msgid=message.text, msgctxt=message.context)
        entry.occurrences = sorted({(place.rsplit(":", 1)[0], "") for place in message.places})
        entry.flags = ["python-format"] if message.is_format else []
        if message.plural and not entry.msgid_plural:
            entry.msgid_plural, entry.msgstr_plural, entry.msgstr = message.plural, {0: entry.msgstr}, ""
        elif not message.plural and entry.msgid_plural:
            entry.msgid_plural, entry.msgstr, entry.msgstr_plural = "", entry.msgstr_plural.get(0, ""), {}
        catalog.append(entry)
    return sum(not translated(entry) for entry in catalog)


def translated(entry: polib.POEntry) -> bool:
    """Has the entry an answer that nobody doubts?"""
    answer = entry.msgstr_plural.get(0, "") if entry.msgid_plural else entry.msgstr
    return bool(answer) and not entry.fuzzy


def faults(path: Path, messages: dict[tuple[str | None, str], Message]) -> Iterator[Fault]:
    """Missing, empty and doubtful entries, and placeholders that do not agree."""
    catalog = load(path)
    known = {(entry.msgctxt or None, entry.msgid): entry for entry in catalog if not entry.obsolete}
    for key, message in messages.items():
        entry = known.get(key)
        if entry is None:
            yield Fault(path, message.text, "is not in the catalog")
        elif not translated(entry):
            yield Fault(path, message.text, "is not translated")
        else:
            answer = entry.msgstr_plural.get(0, "") if entry.msgid_plural else entry.msgstr
            allowed = set(PLACEHOLDER.findall(message.text + message.plural))
            if set(PLACEHOLDER.findall(answer)) - allowed:
                yield Fault(path, message.text, "has placeholders the source does not know")
    for key in known.keys() - messages.keys():
        yield Fault(path, key[1], "is no longer in the source")


def compile_all(root: Path) -> int:
    """Write the .mo file of every catalog that changed. Returns how many were written."""
    written = 0
    for locale in LOCALES:
        for domain in DOMAINS:
            source = path_of(root, locale, domain)
            target = source.with_suffix(".mo")
            if source.exists() and (not target.exists() or target.stat().st_mtime < source.stat().st_mtime):
                load(source).save_as_mofile(str(target))
                written += 1
    return written
