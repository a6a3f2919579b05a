"""The reports of all sites in one job: what four times the sites cost in time and memory. No goal is set for it."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, timedelta
from tempfile import TemporaryDirectory
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connection

from benchmarks import figures
from benchmarks.results import Finding
from benchmarks.tiers import Tier
from benchmarks.world import World
from core.recurrence import span_of
from kpi.selectors.periods import Month
from kpi.services.all_sites import request_all_reports
from organization.models import Membership, Person, Role, Site

#: What is made: the form of the job, and in words.
FORMS = {
    "company": "the workbook that compares {sites} sites",
    "xlsx": "the reports of {sites} sites as workbooks in a ZIP",
    "bundle": "the reports of {sites} sites as CSV files in a ZIP",
    "pdf": "the reports of {sites} sites as documents in a ZIP",
}
#: So many times the sites are compared with a part of them.
TIMES = 4
MONTH_OF_ROUNDS = """
INSERT INTO patrols_round (company_id, site_id, plan_id, route_id, discipline, "order", opens_at, due_start, due_end, closes_at,
    points, visited, visited_times, visited_outside, status, cancel_reason, judged_at, completed_at)
SELECT s.company_id, a.site_id, a.id, a.route_id, a.discipline, 'any', d.due - interval '10 minutes', d.due,
    d.due + interval '30 minutes', d.due + interval '45 minutes', t.points, CASE WHEN is_walked THEN t.points ELSE '{}' END,
    CASE WHEN is_walked THEN array_fill(d.due + interval '9 minutes', ARRAY[cardinality(t.points)]) ELSE '{}' END, '{}',
    CASE WHEN is_walked THEN 'completed' ELSE 'missed' END, '', d.due + interval '46 minutes',
    CASE WHEN is_walked THEN d.due + interval '9 minutes' END
FROM patrols_plan a
JOIN organization_site s ON s.id = a.site_id
JOIN (SELECT route_id, array_agg(checkpoint_id ORDER BY position) AS points FROM patrols_routepoint GROUP BY 1) AS t
    ON t.route_id = a.route_id
CROSS JOIN generate_series(%(first)s::timestamptz, %(last)s::timestamptz, interval '12 hours') AS d(due)
CROSS JOIN LATERAL (SELECT hashint8(a.id + extract(epoch FROM d.due)::bigint) %% 8 <> 0 AS is_walked) AS w
ON CONFLICT (plan_id, due_start) DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Made:
    """What one job took: seconds, MB the process held at its peak, bytes of its file, sites it told as done."""

    seconds: float
    peak: float
    bytes: int
    done: int


def run(world: World, tier: Tier) -> list[Finding]:
    """Each form for all sites, and for a part of them before."""
    month = figures.month_of(world)
    _walk(world, month)
    figures.prepare(world)
    user = _manager(world)
    return [_finding(world, user, month, form, tier) for form in FORMS]


def _finding(world: World, user: Person, month: Month, form: str, tier: Tier) -> Finding:
    most = min(tier.documents if form == "pdf" else tier.reports, len(world.sites))
    least = max(most // TIMES, 1)
    part, whole = (_made(world, user, month, form, number) for number in (least, most))
    told = f", {whole.done} sites told one by one" if whole.done else ""
    absolute = (
        f"{whole.seconds:.1f} s against {part.seconds:.1f} s, the process at most {whole.peak:.0f} MB against {part.peak:.0f} MB, "
        f"a file of {whole.bytes / 2**20:.1f} MB{told}"
    )
    measured = f"{whole.seconds / part.seconds:.1f} × the time, {whole.peak / part.peak:.2f} × the memory"
    what = FORMS[form].format(sites=most)
    return Finding("reports", f"{what}, to {least}", "—", measured, None, absolute)


def _made(world: World, user: Person, month: Month, form: str, number: int) -> Made:
    """The job over the first sites, done by a process of its own."""
    active = Site.objects.filter(company=world.company)
    active.exclude(pk__in=[site.pk for site in world.sites[:number]]).update(is_active=False)
    try:
        job = request_all_reports(user=user, company=world.company, month=month, form=form)
        with TemporaryDirectory() as folder:
            answer = subprocess.run(
                [sys.executable, "-m", "benchmarks.report_job", str(job.pk)],
                env={**os.environ, "MEDIA_ROOT": folder}, capture_output=True, text=True, check=False,
            )  # fmt: skip
        if answer.returncode:
            raise RuntimeError(answer.stderr)
        told: dict[str, Any] = json.loads(answer.stdout.splitlines()[-1])
        return Made(**told)
    finally:
        active.update(is_active=True)


def _walk(world: World, month: Month) -> None:
    """Eight rounds a day at every site."""
    begin, end = span_of(month.first, month.last, world.sites[0].zone_info)
    with connection.cursor() as cursor:
        cursor.execute(MONTH_OF_ROUNDS, {"first": begin, "last": end - timedelta(minutes=1)})
        cursor.execute("VACUUM ANALYZE patrols_round")


def _manager(world: World) -> Person:
    """Who may have the reports of all sites."""
    person: Person = Person.objects.create(
        company=world.company, username="bench-reports", staff_number="reports", name="Manager", password=make_password(None),
    )  # fmt: skip
    Membership.objects.create(
        person=person, company=world.company, role=Role.COMPANY_MANAGER, valid_from=date(2020, 1, 1)
    )
    return person
