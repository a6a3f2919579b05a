"""Text that may go into any file: whatever people typed, it is neither a formula nor a broken file."""

import re
import unicodedata
from urllib.parse import urlsplit

from django.utils.translation import gettext

#: What stands where a character cannot be kept.
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
#: Characters (UTF-16 units, as Excel counts) that fit one spreadsheet cell.
CELL_LIMIT = 32_767

_SURROGATES = re.compile("[\ud800-\udfff]")
#: C0 and C1 controls but tab and newline, and the noncharacters of every plane.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff"
    + "".join(chr(plane * 0x10000 + end) for plane in range(1, 17) for end in (0xFFFE, 0xFFFF))
    + "]"
)
_LINE_ENDS = re.compile("\r\n?")
#: First characters that make a spreadsheet read a cell as a formula (OWASP CSV injection, ASVS 1.2.10).
_FORMULA_LEADS = frozenset("=+-@＝＋－＠−﹦﹢﹣﹫|%")
#: Skipped by some programs before the lead: blanks of any kind, marks of no width, quotes.
_SKIPPED = "'\"‘’“”＇＂`\N{ZERO WIDTH SPACE}\N{ZERO WIDTH NO-BREAK SPACE}\N{WORD JOINER}\N{SOFT HYPHEN}"
_PLAIN_NUMBER = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
_SCHEMES = frozenset({"http", "https", "mailto"})


def clean_text(value: object) -> str:
    """``str(value)`` with newlines as "\\n" and every other control character, lone surrogate and
    noncharacter replaced visibly by "�"."""
    text = str(value)
    if _SURROGATES.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if "\r" in text:
        text = _LINE_ENDS.sub("\n", text)
    return _UNPRINTABLE.sub(REPLACEMENT, text)


def fit_cell(text: str, limit: int = CELL_LIMIT) -> str:
    """``text`` cut, with a mark saying so, to the ``limit`` of a spreadsheet cell."""
    units = len(text.encode("utf-16-le")) // 2 if len(text) * 2 > limit else len(text)
    if units <= limit:
        return text
    mark = gettext("… [cut: %(count)s characters in all]") % {"count": f"{len(text):,}"}
    kept = text.encode("utf-16-le")[: 2 * (limit - len(mark))]
    return kept.decode("utf-16-le", "ignore") + mark


def escape_formula(text: str) -> str:
    """``text`` for a CSV field: an apostrophe before anything a spreadsheet might calculate.

    Plain negative numbers stay as they are; "-1+2" does not.
    """
    if not text or _PLAIN_NUMBER.fullmatch(text):
        return text
    lead = text.lstrip(_SKIPPED + " \t\n\u00a0\u3000")
    if text[0] in "\t\n" or (lead and (lead[0] in _FORMULA_LEADS or lead[0].isspace())):
        return f"'{text}"
    return text


def safe_href(url: str, base_url: str = "") -> str:
    """``url`` if a reader may be sent there, made absolute with ``base_url`` when rooted, else "".

    Allowed: http, https, mailto, rooted paths, and "#anchor".
    """
    if not url or _UNPRINTABLE.search(url) or any(mark in url for mark in "\t\r\n\\"):
        return ""
    if url.startswith("#"):
        return url
    if url.startswith("/"):
        return "" if url.startswith("//") else f"{base_url}{url}"
    try:
        scheme = urlsplit(url).scheme.lower()
    except ValueError:
        return ""
    return url if scheme in _SCHEMES else ""


def display_width(text: str) -> int:
    """Width in half-width characters of the longest line: Chinese counts two."""
    return max((_line_width(line) for line in text.split("\n")), default=0)


def _line_width(line: str) -> int:
    if line.isascii():
        return len(line)
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in line)
