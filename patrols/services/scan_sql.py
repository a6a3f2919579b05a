"""The one statement that stores scans: `INCOMING` is a row of values for one, a temporary table for a batch.

What it does, in one snapshot: finds the point inside the sender's own sites, finds the round, judges each scan among
its neighbours, stores what is new, judges again the neighbours that a late scan has got, folds the visits into
their rounds, and marks the days whose figures have changed. Nothing in it depends on the order of arrival.

Parameters besides the rows: company_id, now, ids (of the rows; first_id and last_id, their span), and the range of ids searched for neighbours: from_id,
to_id (UUIDv7 bounds, which prune the partitions).
"""

from patrols import reasons
from patrols.services.round_sql import FOLDED_COLUMNS, fold_sql

#: The columns of a scan as handed in, with their types; scan_rows.py fills them in this order.
COLUMNS: dict[str, str] = {
    "id": "uuid",
    "person_id": "bigint",
    "token_sha256": "text",
    "checkpoint_id": "bigint",
    "round_id": "bigint",
    "device_time": "timestamptz",
    "offset_ms": "bigint",
    "corrected_at": "timestamptz",
    "time_trust": "text",
    "received_at": "timestamptz",
    "method": "text",
    "latitude": "float8",
    "longitude": "float8",
    "accuracy_m": "float8",
    "explanation": "text",
    "device_id": "uuid",
    "seq": "bigint",
    "body_sha256": "bytea",
    "flags": "varchar[]",
}

#: Types of the parameters besides the rows.
PARAMETERS: dict[str, str] = {
    "company_id": "bigint",
    "now": "timestamptz",
    "ids": "uuid[]",
    "first_id": "uuid",
    "last_id": "uuid",
    "from_id": "uuid",
    "to_id": "uuid",
}

ONE_ROW = (
    "(VALUES ("
    + ", ".join(f"%({name})s::{kind}" for name, kind in COLUMNS.items())
    + ")) AS i ("
    + ", ".join(COLUMNS)
    + ")"
)


EARTH_DIAMETER_M = 12_742_000


def metres_sql(latitude: str, longitude: str, other_latitude: str, other_longitude: str) -> str:
    """Great-circle distance in metres between two places in degrees; NULL when a figure is missing.

    By the haversine, closed with atan2: least() and greatest() would turn a missing figure into a number.
    """
    haversine = (
        f"(power(sin(radians({other_latitude} - {latitude}) / 2), 2) + cos(radians({latitude}))"
        f" * cos(radians({other_latitude})) * power(sin(radians({other_longitude} - {longitude}) / 2), 2))"
    )
    return f"{EARTH_DIAMETER_M} * atan2(sqrt({haversine}), sqrt(abs(1 - {haversine})))"


_OFF = metres_sql("i.latitude", "i.longitude", "c.latitude", "c.longitude")
_OWN = metres_sql("w.latitude", "w.longitude", "w.prev_latitude", "w.prev_longitude")
_POINTS = metres_sql(
    "w.point_latitude", "w.point_longitude", "w.prev_point_latitude", "w.prev_point_longitude"
)
_PLAN = "CASE WHEN w.site_id = w.prev_site_id THEN sqrt(power(w.east_m - w.prev_east_m, 2) + power(w.south_m - w.prev_south_m, 2)) END"

#: A scan whose clock is unknown and wrong stands outside the sequence of its person's scans.
_IN_SEQUENCE = "NOT ({trust} = 'device' AND 'clock' = ANY({flags}))"

#: `rejudged` goes by way of `near`, which the planner knows to be few rows: without it the plan for every range of
#: ids would rather read the whole range than look for some rows in it.
_SEEN = f"""SELECT s.id, s.person_id, s.site_id, s.checkpoint_id, s.method, s.corrected_at, s.latitude, s.longitude,
            s.accuracy_m, s.speed_mps, s.reasons
        FROM patrols_scan s
        WHERE s.company_id = %(company_id)s AND s.person_id = b.person_id
            AND s.id >= %(from_id)s::uuid AND s.id < %(to_id)s::uuid
            AND {_IN_SEQUENCE.format(trust="s.time_trust", flags="s.reasons")}"""  # noqa: S608 - constants
_SAME_POINT = "AND s.checkpoint_id = b.point_id AND (s.method = 'cannot') = (b.method = 'cannot')"
_BEFORE = "AND s.corrected_at <= b.corrected_at AND (s.corrected_at, s.id) < (b.corrected_at, b.id)"
_AFTER = "AND s.corrected_at >= b.corrected_at AND (s.corrected_at, s.id) > (b.corrected_at, b.id)"
_WALK = f"interval '{reasons.NEIGHBOUR_SECONDS} seconds'"
_AGAIN = f"interval '{reasons.DUPLICATE_SECONDS} seconds'"

#: The scans around a new one that say something about it, or about which it says something: the nearest before and
#: after it by the same person, and the nearest of the same point. Only these can change what is judged: nothing lies
#: between, so the statement stays cheap however many scans a person has made.
_NEIGHBOURS = f"""
        ({_SEEN} {_BEFORE} AND s.corrected_at >= b.corrected_at - {_WALK} ORDER BY s.corrected_at DESC, s.id DESC LIMIT 1)
        UNION ALL
        ({_SEEN} {_AFTER} AND s.corrected_at <= b.corrected_at + {_WALK} ORDER BY s.corrected_at, s.id LIMIT 1)
        UNION ALL
        ({_SEEN} {_SAME_POINT} {_BEFORE} AND s.corrected_at >= b.corrected_at - {_AGAIN}
            ORDER BY s.corrected_at DESC, s.id DESC LIMIT 1)
        UNION ALL
        ({_SEEN} {_SAME_POINT} {_AFTER} AND s.corrected_at <= b.corrected_at + {_AGAIN}
            ORDER BY s.corrected_at, s.id LIMIT 1)"""

STATEMENT = f"""
WITH known AS MATERIALIZED (
    SELECT s.id, s.person_id, s.body_sha256, s.site_id, s.round_id, s.verdict, s.reasons
    FROM patrols_scan s WHERE s.company_id = %(company_id)s AND s.id = ANY(%(ids)s::uuid[])
        AND s.id BETWEEN %(first_id)s::uuid AND %(last_id)s::uuid
),
placed AS MATERIALIZED (
    SELECT i.*, c.id AS point_id, c.site_id, t.time_zone, l.serial AS label_serial,
        c.latitude AS point_latitude, c.longitude AS point_longitude,
        c.x * t.plan_width_m::float8 AS east_m, c.y * t.plan_height_m::float8 AS south_m,
        d.distance_m, c.radius_m,
        array_remove(i.flags || ARRAY[
            CASE WHEN l.voided_at <= i.corrected_at THEN 'label_void' END,
            CASE WHEN c.retired_at <= i.corrected_at THEN 'retired' END,
            CASE WHEN NOT m.held THEN 'role' END,
            CASE WHEN d.distance_m > c.radius_m + coalesce(i.accuracy_m, {reasons.DEFAULT_ACCURACY_M})
                THEN 'distance' END
        ]::varchar[], NULL) AS own_reasons
    FROM {{incoming}}
    LEFT JOIN patrols_checkpointlabel l ON l.token_sha256 = i.token_sha256
    JOIN patrols_checkpoint c ON c.id = CASE WHEN i.token_sha256 IS NULL THEN i.checkpoint_id ELSE l.checkpoint_id END
    JOIN organization_site t ON t.id = c.site_id AND t.company_id = %(company_id)s
    JOIN LATERAL (
        SELECT count(*) > 0 AS reaches, coalesce(bool_or(v.then), false) AS held
        FROM organization_membership o
        LEFT JOIN organization_department e ON e.id = o.department_id
        CROSS JOIN LATERAL (
            SELECT o.valid_from <= x.day AND coalesce(o.valid_to, 'infinity') >= x.day AS then,
                o.valid_from <= x.today AND coalesce(o.valid_to, 'infinity') >= x.today AS now
            FROM (SELECT (CASE WHEN {_IN_SEQUENCE.format(trust="i.time_trust", flags="i.flags")} THEN i.corrected_at
                    ELSE %(now)s::timestamptz END AT TIME ZONE t.time_zone)::date AS day,
                (%(now)s::timestamptz AT TIME ZONE t.time_zone)::date AS today) AS x
        ) AS v
        WHERE o.person_id = i.person_id AND o.company_id = %(company_id)s AND o.role <> 'auditor' AND (v.then OR v.now)
            AND (coalesce(o.site_id, e.site_id) = c.site_id OR (o.site_id IS NULL AND e.site_id IS NULL))
    ) AS m ON m.reaches
    CROSS JOIN LATERAL (
        SELECT CASE WHEN c.positioned_at > i.corrected_at THEN NULL ELSE ({_OFF})::real END AS distance_m
    ) AS d
    WHERE NOT EXISTS (SELECT FROM known k WHERE k.id = i.id)
),
bound AS MATERIALIZED (
    SELECT p.*, coalesce(g.id, f.id) AS bound_id,
        p.corrected_at >= coalesce(g.opens_at, f.opens_at) AND p.corrected_at < coalesce(g.closes_at, f.closes_at)
            AND NOT 'future' = ANY(p.flags) AS in_time
    FROM placed p
    LEFT JOIN patrols_round g ON g.id = p.round_id AND g.site_id = p.site_id AND g.company_id = %(company_id)s
        AND p.point_id = ANY(g.points) AND g.status <> 'cancelled'
    LEFT JOIN LATERAL (
        SELECT r.id, r.opens_at, r.closes_at FROM patrols_round r
        WHERE g.id IS NULL AND r.site_id = p.site_id AND r.company_id = %(company_id)s AND r.status <> 'cancelled'
            AND r.due_start BETWEEN p.corrected_at - interval '36 hours' AND p.corrected_at + interval '4 hours'
            AND r.opens_at <= p.corrected_at AND r.closes_at > p.corrected_at AND p.point_id = ANY(r.points)
        ORDER BY CASE WHEN r.person_id = p.person_id THEN 0 WHEN r.person_id IS NULL THEN 1 ELSE 2 END, r.due_end, r.id
        LIMIT 1
    ) AS f ON true
),
near AS MATERIALIZED (
    SELECT DISTINCT ON (n.id) n.* FROM bound b
    CROSS JOIN LATERAL ({_NEIGHBOURS}) AS n
    WHERE {_IN_SEQUENCE.format(trust="b.time_trust", flags="b.flags")}
    ORDER BY n.id
),
line AS (
    SELECT b.id, b.person_id, b.site_id, b.point_id, b.method = 'cannot' AS cannot, b.corrected_at, b.latitude, b.longitude,
        b.accuracy_m, b.point_latitude, b.point_longitude, b.east_m, b.south_m, true AS fresh, b.own_reasons,
        '{{}}'::varchar[] AS old_reasons, NULL::real AS old_speed
    FROM bound b WHERE {_IN_SEQUENCE.format(trust="b.time_trust", flags="b.flags")}
    UNION ALL
    SELECT n.id, n.person_id, n.site_id, n.checkpoint_id, n.method = 'cannot', n.corrected_at, n.latitude, n.longitude,
        n.accuracy_m, c.latitude, c.longitude, c.x * t.plan_width_m::float8, c.y * t.plan_height_m::float8, false,
        ARRAY(SELECT z FROM unnest(n.reasons) AS z WHERE z <> ALL ({reasons.RELATIVE_SQL})), n.reasons, n.speed_mps
    FROM near n
    JOIN patrols_checkpoint c ON c.id = n.checkpoint_id
    JOIN organization_site t ON t.id = n.site_id
),
walked AS (
    SELECT l.*, lag(l.fresh) OVER walk AS prev_fresh, lag(l.site_id) OVER walk AS prev_site_id,
        lag(l.point_id) OVER walk AS prev_point_id,
        extract(epoch FROM l.corrected_at - lag(l.corrected_at) OVER walk) AS seconds,
        lag(l.latitude) OVER walk AS prev_latitude, lag(l.longitude) OVER walk AS prev_longitude,
        lag(l.accuracy_m) OVER walk AS prev_accuracy_m,
        lag(l.point_latitude) OVER walk AS prev_point_latitude,
        lag(l.point_longitude) OVER walk AS prev_point_longitude,
        lag(l.east_m) OVER walk AS prev_east_m, lag(l.south_m) OVER walk AS prev_south_m,
        lag(l.fresh) OVER again AS again_fresh,
        extract(epoch FROM l.corrected_at - lag(l.corrected_at) OVER again) AS again_seconds
    FROM line l
    WINDOW walk AS (PARTITION BY l.person_id ORDER BY l.corrected_at, l.id),
        again AS (PARTITION BY l.person_id, l.point_id, l.cannot ORDER BY l.corrected_at, l.id)
),
judged AS MATERIALIZED (
    SELECT w.id, w.fresh,
        CASE WHEN w.moved THEN (CASE WHEN w.metres > 0 THEN w.metres / greatest(w.seconds, 1) ELSE w.metres * 0 END)::real
            ELSE w.old_speed END AS speed_mps,
        array_remove(w.own_reasons || ARRAY[
            CASE WHEN CASE WHEN w.moved THEN w.metres / greatest(w.seconds, 1) > {reasons.MAX_SPEED_MPS}
                    AND w.metres >= {reasons.MIN_DISTANCE_M} ELSE 'speed' = ANY(w.old_reasons) END
                THEN 'speed' END,
            CASE WHEN w.repeated OR 'duplicate' = ANY(w.old_reasons) THEN 'duplicate' END,
            CASE WHEN CASE WHEN w.moved THEN w.point_id <> w.prev_point_id
                    AND round(w.latitude::numeric, 7) = round(w.prev_latitude::numeric, 7)
                    AND round(w.longitude::numeric, 7) = round(w.prev_longitude::numeric, 7)
                    AND coalesce(w.metres, 'infinity') > coalesce(w.accuracy_m, 0) + {reasons.MIN_DISTANCE_M}
                    ELSE 'same_position' = ANY(w.old_reasons) END
                THEN 'same_position' END
        ]::varchar[], NULL) AS reasons
    FROM (
        SELECT w.*, coalesce({_PLAN}, {_POINTS}, {_OWN} - coalesce(w.accuracy_m, {reasons.DEFAULT_ACCURACY_M})
                - coalesce(w.prev_accuracy_m, {reasons.DEFAULT_ACCURACY_M})) AS metres,
            (w.fresh OR w.prev_fresh) AND w.seconds <= {reasons.NEIGHBOUR_SECONDS} AS moved,
            (w.fresh OR w.again_fresh) AND w.again_seconds <= {reasons.DUPLICATE_SECONDS} AND NOT w.cannot AS repeated
        FROM walked w
    ) AS w
    WHERE w.fresh OR w.moved OR w.repeated
),
stored AS (
    INSERT INTO patrols_scan (
        id, company_id, site_id, checkpoint_id, round_id, person_id, device_time, offset_ms, corrected_at, time_trust,
        received_at, method, label_serial, latitude, longitude, accuracy_m, distance_m, speed_mps, verdict, reasons,
        explanation, device_id, seq, body_sha256
    )
    SELECT b.id, %(company_id)s, b.site_id, b.point_id, b.bound_id, b.person_id, b.device_time, b.offset_ms,
        b.corrected_at, b.time_trust, b.received_at, b.method, b.label_serial, b.latitude, b.longitude, b.accuracy_m,
        b.distance_m, j.speed_mps, {reasons.verdict_sql("coalesce(j.reasons, b.own_reasons)")},
        coalesce(j.reasons, b.own_reasons), b.explanation, b.device_id, b.seq, b.body_sha256
    FROM bound b LEFT JOIN judged j ON j.id = b.id AND j.fresh
    ON CONFLICT (company_id, id) DO NOTHING
    RETURNING id, site_id, round_id, verdict, reasons
),
rejudged AS (
    UPDATE patrols_scan s
    SET speed_mps = j.speed_mps, reasons = j.reasons, verdict = {reasons.verdict_sql("j.reasons")}
    FROM near n JOIN judged j ON j.id = n.id
    WHERE NOT j.fresh AND s.company_id = %(company_id)s AND s.id = n.id
        AND s.id >= %(from_id)s::uuid AND s.id < %(to_id)s::uuid
        AND (s.speed_mps, s.reasons) IS DISTINCT FROM (j.speed_mps, j.reasons)
    RETURNING s.site_id, s.corrected_at
),
folded AS (
    UPDATE patrols_round r SET ({FOLDED_COLUMNS}) = {fold_sql(keep=True)}
    FROM (
        SELECT b.bound_id AS round_id,
            coalesce(array_agg(b.point_id) FILTER (WHERE b.in_time AND b.method <> 'cannot'), '{{}}') AS in_ids,
            coalesce(array_agg(b.corrected_at) FILTER (WHERE b.in_time AND b.method <> 'cannot'), '{{}}') AS in_times,
            coalesce(array_agg(b.point_id) FILTER (WHERE NOT b.in_time AND b.method <> 'cannot'), '{{}}') AS out_ids,
            min(b.corrected_at) AS first_at, max(b.corrected_at) AS last_at
        FROM bound b JOIN stored n ON n.id = b.id
        WHERE b.bound_id IS NOT NULL
        GROUP BY b.bound_id
    ) AS v
    WHERE v.round_id = r.id
    RETURNING r.id, r.site_id, r.due_start, r.status
),
marked AS (
    INSERT INTO core_changedday (site_id, day, marked_at)
    SELECT DISTINCT y.site_id, (y.at AT TIME ZONE t.time_zone)::date, %(now)s::timestamptz
    FROM (
        SELECT b.site_id, b.corrected_at AS at FROM bound b JOIN stored n ON n.id = b.id
        UNION ALL SELECT f.site_id, f.due_start FROM folded f
        UNION ALL SELECT j.site_id, j.corrected_at FROM rejudged j
    ) AS y
    JOIN organization_site t ON t.id = y.site_id
    WHERE y.at >= '2020-01-01'
    ORDER BY 1, 2
    ON CONFLICT (site_id, day) DO UPDATE SET marked_at = greatest(core_changedday.marked_at, excluded.marked_at)
)
SELECT i.id::text,
    CASE WHEN n.id IS NOT NULL THEN 'stored'
        WHEN k.id IS NULL THEN CASE WHEN b.id IS NULL THEN 'unknown' ELSE 'raced' END
        WHEN k.person_id = i.person_id AND k.body_sha256 = i.body_sha256 THEN 'known'
        ELSE 'conflict' END AS state,
    coalesce(n.site_id, k.site_id) AS site_id, coalesce(n.round_id, k.round_id) AS round_id,
    coalesce(n.verdict, k.verdict) AS verdict, coalesce(n.reasons, k.reasons) AS reasons, f.status AS round_status
FROM {{incoming}}
LEFT JOIN known k ON k.id = i.id
LEFT JOIN bound b ON b.id = i.id
LEFT JOIN stored n ON n.id = i.id
LEFT JOIN folded f ON f.id = n.round_id
"""  # noqa: S608 - put together from constants; every value is a parameter
