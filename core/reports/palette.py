"""The colours of static/css/tokens.css for outputs no browser draws.

Paper and spreadsheets are always light, so the light tokens are read, and only there are colours named.
"""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from django.conf import settings

#: Tokens of series without a tone, in order; the same as .s1 … .s6 of static/css/charts.css.
SERIES = ("accent", "info-fill", "idle-fill", "text-2", "line-strong", "text")

_LIGHT = re.compile(r":root\s*\{(.*?)\}", re.DOTALL)
_TOKEN = re.compile(r"--([\w-]+):\s*([^;]+);")


@cache
def tokens() -> dict[str, str]:
    """Every token of the light theme: its name without dashes and its CSS value."""
    sheet = Path(settings.BASE_DIR) / "static" / "css" / "tokens.css"
    found = _LIGHT.search(sheet.read_text(encoding="utf-8"))
    if found is None:
        raise ValueError("static/css/tokens.css begins with no :root block")
    return {name: value.strip() for name, value in _TOKEN.findall(found[1])}


def colour(name: str) -> str:
    """The token ``name`` ("ok-bg") as "#rrggbb"."""
    return tokens()[name]


def series_colour(index: int, tones: Sequence[str]) -> str:
    """The colour of the series at ``index``: its tone's if it has one."""
    if index < len(tones) and tones[index]:
        return colour(f"{tones[index]}-fill")
    return colour(SERIES[index % len(SERIES)])
