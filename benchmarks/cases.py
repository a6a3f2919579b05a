"""Goals 8 and 9 for cases: list, search, board, my work and suggestions over the whole table, against 10,000 cases."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pgtrigger
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.test import Client
from django.urls import reverse

from benchmarks.results import Finding, at_most, milliseconds
from benchmarks.tiers import Tier
from benchmarks.world import World
from incidents.models import Case
from incidents.selectors.resembling import Typed, resembling
from organization.models import Membership, Person, Role

#: Cases both databases have: those of the last days, a part of them open.
RECENT = 10_000
#: Of these so many are open.
OPEN = 2_000
#: Years of history the others are spread over; every tenth belongs to the first site.
HISTORY = timedelta(days=3 * 365)
CHUNK = 100_000
MOST_QUERIES = 10
MOST_MILLISECONDS = 100
INSERT = """
INSERT INTO incidents_case (company_id, site_id, zone_id, number, operation_id, kind, source, priority, status, state,
    category, subcategory, title, description, place, occurred_at, reported_at, state_since, due_at, original_due_at,
    response_due_at, resolved_at, closed_at, limits, paused_seconds, reopened_count, reported_by_id, reporter_name,
    reporter_phone, resolution, cause, lessons, no_action_reason, version, created_at)
SELECT %(company)s, site, (%(zones)s::bigint[])[place], 'CS-' || n, gen_random_uuid(), kind, 'guard',
    CASE WHEN h %% 50 = 0 THEN 'P1' WHEN h %% 5 = 0 THEN 'P2' ELSE 'P3' END,
    CASE WHEN is_open THEN 'open' ELSE 'closed' END,
    CASE WHEN NOT is_open THEN 'closed' WHEN kind = 'hazard' THEN (ARRAY['found', 'assessed', 'planned'])[1 + h %% 3]
        WHEN kind = 'violation' THEN 'investigating' WHEN kind = 'complaint' THEN 'received'
        WHEN kind = 'incident' THEN 'reported' ELSE 'submitted' END,
    'other', '', (1 + h %% 30) || '号楼' || (ARRAY['电梯', '厨房', '门禁', '消火栓', '外墙', '路灯', '车位', '水管'])[1 + h %% 8]
        || (ARRAY['困人', '漏水', '故障', '损坏', '松动', '不亮', '被占', '异响'])[1 + h / 8 %% 8],
    'Reported by a resident, seen by the guard on the round; number ' || h,
    (1 + h %% 30) || '栋' || (1 + h %% 28) || '层', at, at, at, at + interval '8 hours', at + interval '8 hours',
    at + interval '30 minutes', CASE WHEN is_open THEN NULL ELSE at + interval '5 hours' END,
    CASE WHEN is_open THEN NULL ELSE at + interval '6 hours' END, '{}', 0, 0, %(person)s, '', '', '', '', '', '', 1, at
FROM (
    SELECT n, h, at, n < %(open)s AS is_open, 1 + (CASE WHEN n %% 10 = 0 THEN 0 ELSE h %% %(count)s END) AS place,
        (%(sites)s::bigint[])[1 + (CASE WHEN n %% 10 = 0 THEN 0 ELSE h %% %(count)s END)] AS site,
        (ARRAY['incident', 'violation', 'hazard', 'service_request', 'complaint'])[1 + h / 7 %% 5] AS kind
    FROM (SELECT n, abs(hashint8(n))::bigint AS h, %(last)s::timestamptz - (n - %(low)s) * %(step)s::interval AS at
        FROM generate_series(%(low)s::bigint, %(high)s::bigint - 1) AS n) AS numbers
) AS rows
"""


@dataclass(frozen=True, slots=True)
class Desk:
    """Who looks: a supervisor of the fullest site and a manager of the whole company."""

    supervisor: Person
    manager: Person


def prepare(world: World, moment: datetime) -> Desk:
    """The cases both databases have, and the manager."""
    _fill(world, moment, timedelta(days=10), 1, RECENT, OPEN)
    manager = Person.objects.create(
        company=world.company,
        username="bench-manager",
        staff_number="m1",
        name="Manager",
        password=make_password(None),
    )
    Membership.objects.create(
        person=manager, company=world.company, role=Role.COMPANY_MANAGER, valid_from=date(2020, 1, 1)
    )
    return Desk(world.supervisors[0], manager)


def history(world: World, before: datetime, count: int) -> None:
    """The other cases, all closed, up to ten days before `before`; the index over their texts is made at the end."""
    last = before - timedelta(days=10)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_indexdef('case_text_pieces'::regclass)")
        definition = cursor.fetchone()[0]
        cursor.execute("DROP INDEX case_text_pieces")
        for low in range(0, count, CHUNK):
            many = min(CHUNK, count - low)
            _fill(world, last - HISTORY * low / count, HISTORY * many / count, RECENT + 1 + low, many, 0)
        cursor.execute("SET maintenance_work_mem = '256MB'")
        cursor.execute(definition)


def _fill(world: World, last: datetime, span: timedelta, low: int, many: int, still_open: int) -> None:
    zones = {zone: key for zone, key in world.company.sites.values_list("pk", "zones__pk").order_by("pk")}  # noqa: C416
    given = {
        "company": world.company.pk,
        "sites": [site.pk for site in world.sites],
        "zones": [zones.get(site.pk) for site in world.sites],
        "person": world.guards[0].pk,
        "count": len(world.sites),
        "low": low,
        "high": low + many,
        "last": last,
        "step": f"{span.total_seconds() / many} seconds",
        "open": still_open,
    }
    with pgtrigger.ignore(), connection.cursor() as cursor:  # its history is nobody's
        # pgtrigger puts a statement with a parameter of its own in front: ours have to be written in before
        cursor.execute(cursor.mogrify(INSERT, given).decode().replace("%", "%%"))


def run(desk: Desk, tier: Tier, small: str) -> list[Finding]:
    """Each page in both databases, in turn."""
    deep = _place_in_the_middle(small)
    pages = [
        ("9", 1.5, "list of cases, the whole company", desk.manager, reverse("incidents:cases")),
        ("9", 1.5, "list of cases of the fullest site", desk.supervisor, reverse("incidents:cases")),
        ("9", 1.5, "a page deep in the list", desk.manager, f"{reverse('incidents:cases')}?{deep}"),
        ("9", 1.5, "list of open cases", desk.manager, f"{reverse('incidents:cases')}?status=open"),
        ("9", 1.5, "list searched for 电梯困人", desk.manager, f"{reverse('incidents:cases')}?q=电梯困人"),
        ("8", 1.2, "board of hazards", desk.supervisor, f"{reverse('incidents:board')}?kind=hazard"),
        ("8", 1.2, "my work", desk.supervisor, reverse("incidents:mine")),
    ]
    findings: list[Finding] = []
    most = 0
    for goal, target, what, person, url in pages:
        ratios, whole, other, queries = _compare(tier, small, lambda p=person, u=url: _open(p, u))  # type: ignore[misc]
        most = max(most, queries) if goal == "8" else most
        figures = f"{milliseconds(whole)} against {milliseconds(other)}"
        text = f"{what}: {tier.cases:,} cases, to {RECENT:,}"
        findings.append(at_most(goal, text, target, ratios, figures))
    findings.append(
        Finding(
            "8",
            "the most queries of board and my work",
            f"≤ {MOST_QUERIES}",
            str(most),
            most <= MOST_QUERIES,
            "",
        )
    )
    findings.append(_suggestions(desk, tier, small))
    return findings


def _suggestions(desk: Desk, tier: Tier, small: str) -> Finding:
    """What resembles a case being typed, at the fullest site."""
    site = desk.supervisor.memberships.get().site
    assert site is not None
    typed = Typed(title="12号楼电梯困人", place="12栋", kind="incident")

    def look() -> int:
        assert resembling(desk.supervisor, site, typed)
        return 1

    _ratios, whole, other, _queries = _compare(tier, small, look)
    middle = 1000 * statistics.median(whole)
    return Finding(
        "9",
        f"suggestions while a case is typed, over {tier.cases:,} cases",
        f"< {MOST_MILLISECONDS} ms",
        f"{middle:.1f} ms",
        middle < MOST_MILLISECONDS,
        f"{milliseconds(whole)} against {milliseconds(other)} over {RECENT:,}",
    )


def _compare(
    tier: Tier, small: str, look: Callable[[], int]
) -> tuple[list[float], list[float], list[float], int]:
    """Ratios of the rounds, durations in the whole database and in the small one, queries of one look."""
    big = str(connection.settings_dict["NAME"])
    spent: dict[str, list[float]] = {big: [], small: []}
    queries = 0
    for number in range(tier.rounds + 1):
        for name in (big, small) if number % 2 else (small, big):
            with _using(name):
                look()
                took = []
                for _n in range(tier.page_views):
                    begin = time.perf_counter()
                    queries = max(queries, look())
                    took.append(time.perf_counter() - begin)
            if number:  # the first is to warm up
                spent[name].append(statistics.median(took))
    ratios = [mine / other for mine, other in zip(spent[big], spent[small], strict=True)]
    return ratios, spent[big], spent[small], queries


def _open(person: Person, url: str) -> int:
    client = Client()
    client.force_login(person)
    asked = []

    def count(execute: Callable[..., Any], *given: Any) -> Any:
        asked.append(given[0])
        return execute(*given)

    with connection.execute_wrapper(count):
        answer = client.get(url)
        b"".join(answer)
    if answer.status_code != 200:
        raise RuntimeError(f"{url} answered {answer.status_code}")
    return len(asked)


def _place_in_the_middle(small: str) -> str:
    """The address of a page far down, which exists in both databases."""
    with _using(small):
        row = Case.objects.order_by("-reported_at", "-pk")[RECENT // 2]
    at = row.reported_at.isoformat().replace("+", "%2B")
    return f"after={at}~{row.pk}"


@contextmanager
def _using(name: str) -> Iterator[None]:
    """Let Django's connection lead to another database."""
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual
