"""Translatable words in our scripts.

Babel's reader of JavaScript loses its place in a template literal whose ``${…}`` holds braces of its own, as
lit-html's always do. Ours looks for calls by name with literal texts, which is all our scripts may write.
"""

import json
import re
from collections.abc import Iterator

#: A text in double or single quotes; template literals are not texts to translate.
_TEXT = r"""(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
_CALL = re.compile(rf"(?<![\w.$])(?P<name>n?p?gettext)\(\s*(?P<texts>{_TEXT}(?:\s*,\s*{_TEXT})*)")
_COMMENT = re.compile(r"/\*.*?\*/|(?:^|(?<=\s))//[^\n]*", re.S | re.M)


def script_messages(source: str) -> Iterator[tuple[int, str, str, str | None]]:
    """(line, text, plural or "", context or None) of every gettext, ngettext, pgettext and npgettext call."""
    code = _COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), source)
    for call in _CALL.finditer(code):
        texts = [_plain(text) for text in re.findall(_TEXT, call["texts"])]
        context = texts.pop(0) if "p" in call["name"].removesuffix("gettext") else None
        plural = texts[1] if call["name"].startswith("n") and len(texts) > 1 else ""
        if texts:
            yield code.count("\n", 0, call.start()) + 1, texts[0], plural, context


def _plain(literal: str) -> str:
    """The text of a literal."""
    if literal.startswith("'"):
        inside = literal[1:-1].replace("\\'", "'").replace('"', '\\"')
        literal = f'"{inside}"'
    text: str = json.loads(literal)
    return text
