"""SQL conditions on cases `c` (with facts `q` of requests): what figures leave out, and which time stamps are there (K45).

`incidents.selectors.stamps` says the same row by row, written apart.
"""

from collections.abc import Iterator

from incidents.counted import OF_KIND

_OVER = "c.status IN ('resolved', 'closed')"


def left_out() -> Iterator[tuple[str, str]]:
    """Void cases and duplicates, kind by kind; of incidents only false alarms are void, and those are counted elsewhere."""
    for kind, code in OF_KIND.items():
        if kind != "incident":
            is_void = "c.status = 'void' AND c.duplicate_of_id IS NULL"
            yield f"{code}_void", f"c.kind = '{kind}' AND {is_void}"
        yield f"{code}_duplicates", f"c.kind = '{kind}' AND c.duplicate_of_id IS NOT NULL"


def stamps(real: str, noted: str) -> Iterator[tuple[str, str]]:
    """The stamps that should be there, those that are, and cases that lack one. `real`: the case counts; `noted`: its arrival was noted for itself."""
    over = f"{real} AND {_OVER}"
    visited = "c.kind = 'service_request' AND c.priority <> 'P3' AND q.needs_visit"
    asked = {
        "response": (
            "c.kind = 'service_request'",
            "coalesce(c.acknowledged_at, c.first_reply_at) IS NOT NULL",
        ),
        "arrival": (f"(c.kind = 'incident' OR {visited})", f"c.arrived_at IS NOT NULL AND {noted}"),
        "control": ("c.kind = 'incident'", "c.controlled_at IS NOT NULL"),
        "completion": ("c.kind = 'service_request'", "c.resolved_at IS NOT NULL"),
        "verification": ("c.kind = 'hazard' AND c.status = 'closed'", "c.verified_at IS NOT NULL"),
    }
    for code, (due, there) in asked.items():
        yield f"stamps_{code}_due", f"{over} AND {due}"
        yield f"stamps_{code}_there", f"{over} AND {due} AND {there}"
    lacks = " OR ".join(f"{due} AND NOT ({there})" for due, there in asked.values())
    yield "stamps_missing", f"{over} AND ({lacks})"
