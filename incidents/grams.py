"""Text as short pieces that can be looked up and compared: three letters or digits of ASCII, two of any other script.

PostgreSQL's pg_trgm sees letters only through the C library's locale: in a database of the builtin C.UTF-8 (ours)
Chinese characters are none to it, and two characters, the usual Chinese word, are no trigram anyway. The SQL function
`incidents_grams` of migration 0005 cuts in the same way; the index over it finds what the list's search looks for.
"""

from collections.abc import Iterator

#: Text beyond this takes no part.
LONGEST = 600
_WORD = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_LAST_ASCII = "\x7f"


def grams(text: str) -> frozenset[str]:
    """The pieces of a text. What is a part of another text has no piece the other lacks."""
    return frozenset(piece for _at, piece in _pieces(text[:LONGEST].lower()))


def apart(text: str) -> list[str]:
    """Pieces that do not overlap: enough to look a text up, and the database can tell how rare they are together."""
    chosen: dict[str, None] = {}
    end = 0
    for at, piece in _pieces(text[:LONGEST].lower()):
        if at >= end:
            chosen[piece] = None
            end = at + len(piece)
    return list(chosen)


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    for at, letter in enumerate(text):
        if letter > _LAST_ASCII:
            if text[at + 1 : at + 2] > _LAST_ASCII:
                yield at, text[at : at + 2]
        elif letter in _WORD and len(piece := text[at : at + 3]) == 3 and _WORD.issuperset(piece):
            yield at, piece


def likeness(few: frozenset[str], many: frozenset[str]) -> float:
    """How much of the shorter text stands in the longer one, 0..1."""
    smaller = min(len(few), len(many))
    return len(few & many) / smaller if smaller else 0.0
