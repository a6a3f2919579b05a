"""Timeline rows as components/timeline.html shows them."""

from collections.abc import Iterable
from typing import Any

#: Tones of what went well and what did not; everything else is news.
GOOD = {"verified", "confirmed", "extended"}
BAD = {"returned", "declined", "escalated", "unanswered", "ext_refused"}


def lines(entries: Iterable[Any]) -> list[dict[str, Any]]:
    """One line per entry."""
    return [
        {
            "at": entry.at,
            "title": entry.get_kind_display(),
            "who": entry.actor.name if entry.actor else "",
            "text": entry.text,
            "tone": "ok" if entry.kind in GOOD else "warn" if entry.kind in BAD else "info",
            "url": "",
        }
        for entry in entries
    ]
