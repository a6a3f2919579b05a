"""Finding the items of a batch that no JSON decoder takes: by brackets and quotes alone, without recursion.

A NUL, a lone surrogate or ten thousand brackets in one item make a decoder refuse the whole request. The
items beside it must not suffer.
"""

from __future__ import annotations

import re

_START = re.compile(rb'"operations"\s*:\s*\[')
#: String, or one structural character; everything between is skipped.
_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{},]', re.DOTALL)


def split_operations(data: bytes) -> list[bytes] | None:
    """The items of the array "operations", as they stand; None when there is no such array or it never ends."""
    start = _START.search(data)
    if start is None:
        return None
    items: list[bytes] = []
    depth, begin = 0, start.end()
    for token in _TOKEN.finditer(data, begin):
        mark = token[0]
        if mark in (b"[", b"{"):
            depth += 1
        elif mark in (b"]", b"}"):
            if depth == 0:
                last = data[begin : token.start()].strip()
                return [*items, last] if last else items
            depth -= 1
        elif mark == b"," and depth == 0:
            items.append(data[begin : token.start()].strip())
            begin = token.end()
    return None
