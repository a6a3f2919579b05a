"""Many rows, fast: copies of one row made by the database itself."""

from datetime import date, datetime, timedelta
from typing import Any

import pgtrigger
from django.db import connection, models

from checklists.models import Answer, Checklist, ChecklistItem
from collaboration.models import ActionEntry, Extension, RequestEntry
from core.clock import now
from core.models import AuditEntry, AuditorFinding, Job, Notification, OutboxItem, Quarantine, SavedView
from incidents.models import Case, CaseEntry, Mention
from kpi.models import (
    ClosedMonth,
    DayFigure,
    Improvement,
    ImprovementEntry,
    MonthlyReport,
    ReportDelivery,
    Scorecard,
)
from organization.models import Household, IntegrationToken, Person
from patrols.models import CaseOrigin, Checkpoint, CheckpointLabel, PointCheck, Route, RoutePoint, ScanReview
from tests.project.crowd_surveys import grow_surveys, seed_surveys
from tests.project.world import World

#: An hour earlier with every copy.
BACK = "- interval '1 hour' * n"
DIGEST = "md5(gen_random_uuid()::text) || md5(n::text)"


def multiply(row: models.Model, many: int, **changes: str) -> None:
    """Insert `many` copies of `row` in one statement.

    `changes` are SQL expressions by column; in them `i` counts the copies of this call from 1 and `n` all copies of
    this row so far. Keys that are UUIDs keep their time (the first half of a UUIDv7) and get new chance.
    """
    meta, quote = row._meta, connection.ops.quote_name
    columns, values = [], []
    for field in meta.local_concrete_fields:
        column = str(field.column)
        if column not in changes and field.primary_key and isinstance(field, models.AutoField):
            continue
        columns.append(quote(column))
        if column in changes:
            values.append(changes[column])
        elif field.primary_key and isinstance(field, models.UUIDField):
            values.append(f"(left({quote(column)}::text, 18) || substr(gen_random_uuid()::text, 19))::uuid")
        else:
            values.append(quote(column))
    before = getattr(row, "_copies", 0)
    row._copies = before + many  # type: ignore[attr-defined]  # a note of this module on the row
    table, key = quote(meta.db_table), quote(str(meta.pk.column))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {table}, "
            f"(SELECT i::int, (i + %s)::int AS n FROM generate_series(1, %s) AS i) AS series WHERE {key} = %s",
            [before, many, row.pk],
        )


def seed(world: World, reader: Person) -> None:
    """One of what world.py has not: what phones, workers and the clock leave behind."""
    moment, site, company = now(), world.site, world.site.company
    case, scan, check, person = world["case"], world["scan"], world["check"], world["person"]
    item = ChecklistItem.objects.get(version=check.version)
    world.objects |= {
        "version": check.version,
        "item": item,
        "answer": Answer.objects.create(check_made=check, item=item, value="normal"),
        "point_check": PointCheck.objects.create(check_made=check, checkpoint=world["point"], round=world["round"], scan_id=scan.pk),
        "origin": CaseOrigin.objects.create(case=case, checkpoint=world["point"], round=world["round"], scan_id=scan.pk),
        "entry": CaseEntry.objects.create(case=case, kind="opened", at=moment, actor=person, text="Opened"),
        "action_entry": ActionEntry.objects.create(action=world["action"], kind="opened", at=moment, actor=person, text="Added"),
        "request_entry": RequestEntry.objects.create(request=world["request"], kind="submitted", at=moment, actor=person, text="Asked"),
        "extension": Extension.objects.create(
            action=world["action"], reason="Parts", due_before=moment, until=moment + timedelta(days=1), asked_at=moment, asked_by=person
        ),
        "mention": Mention.objects.create(
            entry=CaseEntry.objects.create(case=case, kind="note", at=moment, actor=person, text="@you"), person=reader, at=moment
        ),
        "review": ScanReview.objects.create(
            company=company, site=site, scan_id=scan.pk, verdict="verified", note="Seen", made_by=person, made_at=moment
        ),
        "route_point": RoutePoint.objects.get(route=world["route"]),
        "label": CheckpointLabel.objects.get(checkpoint=world["point"]),
        "notification": Notification.objects.create(recipient=reader, kind="core.job_done", site=site, context={"job": "x"}),
        "job": Job.objects.create(kind="kpi.monthly_report", user=reader, site=site),
        "dead": OutboxItem.objects.create(handler="core.deliver", company=company, state="dead", ended_at=moment),
        "quarantine": Quarantine.objects.create(
            company=company, site=site, person=person, kind="patrols.scan", reason="schema", raw=b"{}", raw_sha256="0" * 64
        ),
        "finding": AuditorFinding.objects.create(expectation="patrols.rounds", key=f"k{site.pk}", company=company, site=site),
        "act": AuditEntry.objects.filter(site=site).latest("pk"),
        "token": IntegrationToken.objects.create(
            company=company, name="Parking", sha256=f"{site.pk:064}", hint="ord_x", scopes=["patrols:read"],
            expires_at=moment + timedelta(days=9), created_by=reader,
        ),
        "saved_view": SavedView.objects.create(
            owner=reader, company=company, path="/views-of-the-crowd/", name=f"View {site.pk}", query="q=x"
        ),
        "report": MonthlyReport.objects.create(company=company, site=site, month=moment.date().replace(day=1), language="en", made_at=moment),
        "delivery": ReportDelivery.objects.create(
            report=MonthlyReport.objects.create(company=company, site=site, month=date(2020, 1, 1), language="en", made_at=moment),
            address="committee@example.org", queued_at=moment,
        ),
        "closed_before": ClosedMonth.objects.create(
            company=company, site=site, month=(moment.date().replace(day=1) - timedelta(days=1)).replace(day=1), closed_by=person,
            closed_at=moment, content=world["closed_month"].content, sha256="0" * 64,
        ),
        "scorecard": Scorecard.objects.create(
            company=company, site=site, starts=date(2026, 1, 1), weights={"K09": 100}, made_by=person, made_at=moment
        ),
        "company_scorecard": company_scorecard(company, person, moment),
        "looped": ImprovementEntry.objects.create(improvement=world["improvement"], kind="changed", at=moment, actor=person, text="Changed"),
        "figure": DayFigure.objects.create(
            company=company, site=site, zone=world["zone"], day=moment.date(), counts={"rounds_due": 1}, counted_at=moment
        ),
    }  # fmt: skip
    seed_surveys(world)


def company_scorecard(company: Any, person: Person, moment: datetime) -> Scorecard:
    """The weights of a company, which its sites share."""
    row, _is_new = Scorecard.objects.get_or_create(
        company=company, site=None, starts=date(2026, 1, 1), defaults={"weights": {"K10": 100}, "made_by": person, "made_at": moment}
    )  # fmt: skip
    return row


def grow(world: World, *, most: int, some: int) -> None:
    """`most` rows of what accumulates, `some` of what a site has of people, places and plans."""
    with pgtrigger.ignore():
        _grow_places(world, some)
        _grow_work(world, most, some)
        _grow_records(world, most, some)
        grow_surveys(world, multiply, _nth, most, some)
        _grow_measures(world, most, some)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _grow_places(world: World, some: int) -> None:
    few, site = min(some, 40), world.site.pk
    multiply(
        world["person"],
        some,
        username=f"'crowd-{site}-' || n",
        staff_number=f"'S{site}-' || n",
        email="''",
        phone="''",
    )
    multiply(world["membership"], some, person_id=_nth(Person, some))
    multiply(world["membership"], few)
    multiply(world["zone"], some, code="'Y' || n")
    multiply(world["building"], few, code="'H' || n")
    multiply(world["household"], some, code="'9-1-' || n")
    multiply(world["resident"], some, household_id=_nth(Household, some))
    multiply(world["resident"], few, name="name || n")
    multiply(world["department"], some, name="name || n")
    multiply(world["post"], few, code="'Q' || n")
    multiply(world["point"], some, code="'P' || n || 'x'")
    multiply(world["label"], some, token_sha256=DIGEST, checkpoint_id=_nth(Checkpoint, some))
    multiply(world["route"], some, name="name || n")
    multiply(world["route_point"], some, route_id=_nth(Route, some))
    multiply(world["route_point"], few, position="n + 1", checkpoint_id=_nth(Checkpoint, few))
    multiply(world["plan"], some)
    multiply(world["checklist"], some, code="code || '-' || n")
    multiply(world["version"], some, checklist_id=_nth(Checklist, some))
    multiply(world["item"], few, position="n + 1")


def _nth(model: type[models.Model], many: int) -> str:
    """SQL: the key of the i-th of the `many` newest rows of a table."""
    newest = model._default_manager.order_by("-pk").values_list("pk", flat=True)
    return f"({newest[many - 1]} + i - 1)"


def _grow_work(world: World, most: int, some: int) -> None:
    few = min(some, 40)
    times = {name: f"{name} {BACK}" for name in ("opens_at", "due_start", "due_end", "closes_at")}
    multiply(world["round"], most, status="'missed'", **times)
    multiply(world["shift"], most, starts_at=f"starts_at {BACK}", ends_at=f"ends_at {BACK}")
    multiply(world["scan"], most, round_id="NULL", corrected_at=f"corrected_at {BACK}")
    multiply(world["scan"], few)
    multiply(world["review"], few, verdict="'doubtful'")
    multiply(world["check"], most, made_at=f"made_at {BACK}")
    multiply(world["answer"], few, item_id=_nth(ChecklistItem, few))
    number = f"'HZ-{world.site.pk}-' || n"
    multiply(
        world["case"],
        most,
        number=number,
        operation_id="gen_random_uuid()",
        reported_at=f"reported_at {BACK}",
    )
    multiply(world["case"].hazard, most, case_id=_nth(Case, most))
    multiply(world["dispatch"], few, case_id=_nth(Case, few))
    multiply(world["entry"], few)
    multiply(
        world["action"],
        most,
        number=f"'AC-{world.site.pk}-' || n",
        operation_id="gen_random_uuid()",
        due_at=f"due_at {BACK}",
    )
    multiply(
        world["request"],
        most,
        number=f"'CR-{world.site.pk}-' || n",
        operation_id="gen_random_uuid()",
        due_at=f"due_at {BACK}",
    )
    multiply(world["action_entry"], few)
    multiply(world["request_entry"], few)
    multiply(world["extension"], few, decision="'void'", decided_at="asked_at")
    multiply(world["entry"], few, kind="'note'")
    multiply(world["mention"], few, entry_id=_nth(CaseEntry, few))
    multiply(world["case_template"], few, code="code || '-' || n")
    multiply(world["approval_rule"], few, code="code || '-' || n")


def _grow_records(world: World, most: int, some: int) -> None:
    few = min(some, 40)
    for noun in ("robot", "webhook", "saved_view"):
        multiply(world[noun], few, name="name || n")
    for noun in ("notification", "job", "dead", "act", "robot_message", "webhook_delivery"):
        multiply(world[noun], most)
    multiply(world["quarantine"], most, raw_sha256=DIGEST)
    multiply(world["finding"], most, key="key || '-' || n")
    multiply(world["token"], few, sha256=DIGEST)
    multiply(world["report"], few, month="(month - interval '1 month' * n)::date")
    multiply(world["delivery"], most, address="n || address", queued_at=f"queued_at {BACK}")
    multiply(world["closed_month"], few, month="(month - interval '1 month' * n)::date")
    multiply(world["target"], few, starts="(starts + interval '1 month' * n)::date")
    multiply(world["figure"], most, day="day - n")
    multiply(world["schedule"], few, name="name || n")
    multiply(world["scorecard"], few, starts="(starts - interval '1 month' * n)::date")


def _grow_measures(world: World, most: int, some: int) -> None:
    """Improvement measures, each with its loop, one with a long timeline."""
    few, row = min(some, 40), world["improvement"]
    multiply(
        row, most, number=f"'IM-{world.site.pk}-' || n", operation_id="gen_random_uuid()", created_at=f"created_at {BACK}"
    )  # fmt: skip
    multiply(row.current, most, improvement_id=_nth(Improvement, most))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE kpi_improvement SET current_id = kpi_improvementloop.id FROM kpi_improvementloop "
            "WHERE kpi_improvementloop.improvement_id = kpi_improvement.id AND site_id = %s",
            [world.site.pk],
        )
    multiply(world["looped"], few)
