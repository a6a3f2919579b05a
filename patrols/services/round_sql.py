"""How a round is folded from its visits and judged: one text for the write path, the tick and the full refold.

Sets are kept by union and times by least and greatest, so the order in which scans arrive does not matter (F6).
"""

#: A round is done when this share of its points was visited in time (domain K09).
NEEDED_SHARE = "0.95"


def status_sql(
    *, status: str, begun: str, visited: str, completed_at: str, due_end: str, closes_at: str, now: str
) -> str:
    """The status of a round from SQL expressions: the only place where rounds are judged.

    COMPLETED: the needed points were visited by the end of the window; LATE: by the end of the grace. Otherwise,
    once it is closed: PARTIAL when any point was visited in time, else MISSED.
    """
    return f"""CASE
        WHEN {status} = 'cancelled' THEN 'cancelled'
        WHEN {completed_at} <= {due_end} THEN 'completed'
        WHEN {completed_at} IS NOT NULL THEN 'late'
        WHEN {closes_at} > {now} THEN CASE WHEN {begun} IS NULL THEN 'scheduled' ELSE 'running' END
        WHEN cardinality({visited}) > 0 THEN 'partial'
        ELSE 'missed' END"""


#: Judges rounds as they stand, without new visits. Columns of patrols_round as `r`.
STANDING_STATUS = status_sql(
    status="r.status",
    begun="r.first_scan_at",
    visited="r.visited",
    completed_at="r.completed_at",
    due_end="r.due_end",
    closes_at="r.closes_at",
    now="%(now)s::timestamptz",
)

FOLDED_COLUMNS = (
    "visited, visited_times, visited_outside, first_scan_at, last_scan_at, completed_at, status, judged_at"
)


def fold_sql(*, keep: bool) -> str:
    """A row for FOLDED_COLUMNS from the round `r` and the visits `v`.

    `v` has in_ids, in_times (parallel), out_ids, first_at and last_at. With `keep` they are added to what the
    round has; without, they replace it (`v` then stands for all of the round's scans).
    """
    ids, times = (
        ("r.visited || v.in_ids", "r.visited_times || v.in_times") if keep else ("v.in_ids", "v.in_times")
    )
    outside = "r.visited_outside || v.out_ids" if keep else "v.out_ids"
    first, last = (
        ("least(r.first_scan_at, v.first_at)", "greatest(r.last_scan_at, v.last_at)")
        if keep
        else ("v.first_at", "v.last_at")
    )
    status = status_sql(
        status="r.status",
        begun=first,
        visited="f.ids",
        completed_at="f.completed_at",
        due_end="r.due_end",
        closes_at="r.closes_at",
        now="%(now)s::timestamptz",
    )
    return f"""(
        SELECT f.ids, f.times, ARRAY(SELECT DISTINCT o FROM unnest({outside}) AS o ORDER BY o), {first}, {last},
            f.completed_at, {status}, %(now)s::timestamptz
        FROM (
            SELECT coalesce(array_agg(t.id ORDER BY t.id), '{{}}') AS ids,
                coalesce(array_agg(t.at ORDER BY t.id), '{{}}') AS times,
                (array_agg(t.at ORDER BY t.at))[greatest(1, ceil(cardinality(r.points) * {NEEDED_SHARE}))::int]
                    AS completed_at
            FROM (
                SELECT u.id, min(u.at) AS at FROM unnest({ids}, {times}) AS u(id, at) GROUP BY u.id
            ) AS t
        ) AS f
    )"""  # noqa: S608 - put together from constants of this module


REFOLD = f"""
UPDATE patrols_round r SET ({FOLDED_COLUMNS}) = {fold_sql(keep=False)}
FROM (
    SELECT o.id,
        coalesce(array_agg(s.checkpoint_id) FILTER (WHERE s.counts AND s.in_time), '{{}}') AS in_ids,
        coalesce(array_agg(s.corrected_at) FILTER (WHERE s.counts AND s.in_time), '{{}}') AS in_times,
        coalesce(array_agg(s.checkpoint_id) FILTER (WHERE s.counts AND NOT s.in_time), '{{}}') AS out_ids,
        min(s.corrected_at) AS first_at, max(s.corrected_at) AS last_at
    FROM patrols_round o
    LEFT JOIN LATERAL (
        SELECT c.checkpoint_id, c.corrected_at,
            c.method <> 'cannot' AND coalesce(w.counts, true) AS counts,
            c.corrected_at >= o.opens_at AND c.corrected_at < o.closes_at AND NOT 'future' = ANY(c.reasons) AS in_time
        FROM patrols_scan c
        LEFT JOIN LATERAL (
            SELECT x.counts FROM patrols_scanreview x
            WHERE x.company_id = c.company_id AND x.scan_id = c.id ORDER BY x.made_at DESC, x.id DESC LIMIT 1
        ) AS w ON true
        WHERE c.round_id = o.id AND c.company_id = o.company_id
    ) AS s ON true
    WHERE o.id = ANY(%(rounds)s)
    GROUP BY o.id
) AS v
WHERE v.id = r.id
RETURNING r.id, r.site_id, r.due_start, r.status
"""  # noqa: S608 - put together from constants of this module
