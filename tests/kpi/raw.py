"""The figures of a period by plain SQL over the records, written without a look at how the product counts."""

from datetime import date
from typing import Any

from django.db import connection

from organization.models import Site

DUE = "r.status IN ('completed', 'late', 'partial', 'missed')"
ROUND = """
    SELECT {what} FROM patrols_round r WHERE r.site_id = %(site)s AND {where}
    AND (r.due_start AT TIME ZONE %(zone)s)::date BETWEEN %(first)s AND %(last)s
"""
VISITED = "(SELECT count(*) FROM unnest(r.points) p WHERE p = ANY(r.visited))"
SCAN = """
    SELECT count(*) FROM patrols_scan s WHERE s.site_id = %(site)s
    AND (s.corrected_at AT TIME ZONE %(zone)s)::date BETWEEN %(first)s AND %(last)s AND {where}
"""
VERDICT = """coalesce((SELECT x.verdict FROM patrols_scanreview x WHERE x.scan_id = s.id AND x.company_id = s.company_id
    ORDER BY x.made_at DESC, x.id DESC LIMIT 1), s.verdict) = '{}'"""

STATEMENTS = {
    "rounds_due": ROUND.format(what="count(*)", where=DUE),
    **{
        f"rounds_{status}": ROUND.format(what="count(*)", where=f"r.status = '{status}'")
        for status in ("completed", "late", "partial", "missed", "cancelled")
    },
    "points_due": ROUND.format(what="sum(cardinality(r.points))", where=DUE),
    "points_visited": ROUND.format(what=f"sum({VISITED})", where=DUE),
    **{
        f"scans_{verdict}": SCAN.format(where=VERDICT.format(verdict))
        for verdict in ("verified", "plausible", "doubtful")
    },
    "scans_late_upload": SCAN.format(where="s.received_at - s.corrected_at > interval '600 seconds'"),
}


def raw_counts(site: Site, first: date, last: date) -> dict[str, int]:
    """Every measure of a period; those that count to nothing are left out."""
    parameters: dict[str, Any] = {"site": site.pk, "zone": site.time_zone, "first": first, "last": last}
    found = {}
    for code, statement in STATEMENTS.items():
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            found[code] = int(cursor.fetchone()[0] or 0)
    return {code: number for code, number in found.items() if number}
