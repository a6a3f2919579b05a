"""Paths that hold a secret: links of residents, labels of points, reports sent by link. Logs and the history keep them without it."""

import re

#: What follows these is a token, up to the next slash.
_SECRETS = re.compile(r"/(r/case|s/g|reports/shared|r|c|s)/(?!case/|find/|g/)[^/\s?]+")


def masked(text: str) -> str:
    """`text` with every token in a path replaced by "…"."""
    return _SECRETS.sub(r"/\1/…", text)
