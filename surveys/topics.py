"""Free texts by topic: by the words of surveys/defaults/topics.yaml, so that everybody can see why a text stands where.

Texts are cut into words by rjieba, whose dictionary the words of the topics are added to; English is cut at what is no
letter. A text belongs to every topic one of whose words it contains.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path

import rjieba
import yaml

from core.translated import TranslatedText

FILE = Path(__file__).resolve().parent / "defaults" / "topics.yaml"
CHINESE = ("zh-hans", "zh-hant")

_LATIN = re.compile(r"[a-z0-9]+(?:[-'][a-z0-9]+)*")
_HAN = re.compile(r"[\u2e80-\u9fff\U00020000-\U0003ffff]")


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic: its code, what it is called, and its words, Chinese ones whole and English ones in lower case."""

    code: str
    name: TranslatedText
    words: frozenset[str]


@dataclass(slots=True)
class Grouped:
    """The texts of a topic: places in what was given, and how many texts each of its words put there."""

    topic: Topic
    places: list[int] = field(default_factory=list)
    words: dict[str, int] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many texts belong to it."""
        return len(self.places)

    @property
    def commonest(self) -> list[tuple[str, int]]:
        """The words that put texts there, most frequent first."""
        return sorted(self.words.items(), key=lambda pair: (-pair[1], pair[0]))


@dataclass(frozen=True, slots=True)
class Sorted:
    """Texts by topic, largest first; `rest` are the places of texts without any known word."""

    groups: list[Grouped]
    rest: list[int]


@cache
def topics() -> tuple[Topic, ...]:
    """The shipped topics, in the file's order."""
    rows = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return tuple(
        Topic(
            row["code"],
            TranslatedText(row["name"]),
            frozenset(word for words in row["words"].values() for word in words),
        )
        for row in rows
    )


def words_of(text: str) -> frozenset[str]:
    """The words in a text: Chinese ones as cut, English ones in lower case, and English phrases of two words."""
    lower = text.lower()
    latin = _LATIN.findall(lower)
    phrases = {f"{first} {second}" for first, second in pairwise(latin)}
    return frozenset({word for word in _cutter().cut(text) if _HAN.match(word)} | set(latin) | phrases)


def by_topic(texts: Iterable[str]) -> Sorted:
    """The texts by topic, with the words that put each there."""
    groups = {topic.code: Grouped(topic) for topic in topics()}
    known = _topics_of_words()
    rest = []
    for place, text in enumerate(texts):
        found = words_of(text) & known.keys()
        if not found:
            rest.append(place)
        for word in found:
            for code in known[word]:
                group = groups[code]
                group.words[word] = group.words.get(word, 0) + 1
                if not group.places or group.places[-1] != place:
                    group.places.append(place)
    filled = [group for group in groups.values() if group.places]
    return Sorted(sorted(filled, key=lambda group: -group.count), rest)


@cache
def _topics_of_words() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for topic in topics():
        for word in topic.words:
            found[word] = (*found.get(word, ()), topic.code)
    return found


@cache
def _cutter() -> rjieba.Jieba:
    """The segmenter with the words of the topics in its dictionary."""
    cutter = rjieba.Jieba()
    for topic in topics():
        for word in topic.words:
            if _HAN.match(word):
                cutter.add_word(word, None, None)
    return cutter
