"""Residents are forgotten 180 days after the end of their case, in the case and every version of it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection

from core.clock import now
from core.models import AuditEntry
from incidents.models import Case, CaseSource, FollowUp, IntakePoint
from incidents.services.forgetting import KEPT, forget_overdue, forget_resident
from incidents.services.intake_points import add_point
from incidents.services.residents import Sender, add_word, rate, report, take_step
from incidents.services.residents import moment_of as moment
from incidents.services.steps import take_step as staff_step
from organization.models import Site
from tests.conftest import Cast
from tests.incidents.factories import CaseFactory

pytestmark = pytest.mark.django_db
SECRETS = ("欧阳修远", "138 0013 8000", "13800138000", "li@example.org", "3-1-1502", "other@example.org")


@pytest.fixture
def point(cast: Cast, site: Site) -> IntakePoint:
    """A code at the gate."""
    return add_point(user=cast.supervisor, site=site, place="South gate")


def ended(cast: Cast, point: IntakePoint) -> Case:
    """A request that names its resident everywhere, confirmed now."""
    sender = Sender(name=SECRETS[0], phone=SECRETS[1], email=SECRETS[3], unit=SECRETS[4])
    text = f"我是{SECRETS[0]}，住{SECRETS[4]}，电话{SECRETS[2]}，灯坏了"
    case_id = report(point=point, report="repair", key=uuid4(), text=text, sender=sender).follow_up.pk
    add_word(case_id=case_id, text=f"Or write to {SECRETS[5]} or 010-6512-3456", key=uuid4())
    staff_step(
        user=cast.supervisor, case_id=case_id, step="accept", values={"note": f"{SECRETS[0]} was called"}
    )
    staff_step(
        user=cast.supervisor, case_id=case_id, step="finish", values={"resolution": f"{SECRETS[4]}已换灯"}
    )
    case = Case.objects.get(pk=case_id)
    take_step(case_id=case_id, step="confirm", seen=moment(case), values={"note": ""}, key=uuid4())
    rate(case_id=case_id, rating=5, words=f"Thanks, {SECRETS[0]}")
    return Case.objects.select_related("site").get(pk=case_id)


def everything() -> str:
    """Every text of every row of the app, versions included."""
    found = []
    with connection.cursor() as cursor:
        names = [
            name for name in connection.introspection.table_names(cursor) if name.startswith("incidents_")
        ]
        for name in names:
            cursor.execute(f'SELECT to_jsonb(t)::text FROM "{name}" t')
            found += [row[0] for row in cursor.fetchall()]
    return "\n".join(found)


@pytest.mark.parametrize(("seconds", "known"), [(-1, True), (0, False), (1, False)])
def test_to_the_second(cast: Cast, point: IntakePoint, seconds: int, known: bool) -> None:
    case = ended(cast, point)
    assert case.closed_at is not None
    with time_machine.travel(case.closed_at + KEPT + timedelta(seconds=seconds), tick=False):
        assert forget_overdue() == (0 if known else 1)
    assert bool(Case.objects.get().reporter_name) == known


def test_nothing_names_them_any_more_in_any_version(cast: Cast, point: IntakePoint) -> None:
    case = ended(cast, point)
    before = everything()
    assert all(secret in before for secret in SECRETS)
    assert case.closed_at is not None
    with time_machine.travel(case.closed_at + KEPT):
        forget_overdue()
    after = everything()
    assert [secret for secret in (*SECRETS, "6512-3456") if secret in after] == []
    assert "灯坏了" in after  # the matter stays
    assert Case.objects.get().request.rating == 5
    assert FollowUp.objects.get().token_sha256 is None


@pytest.mark.parametrize("name", ["Ed", "Li", "SR"])
def test_a_short_name_takes_nothing_else_along(cast: Cast, site: Site, name: str) -> None:
    case = CaseFactory.create(
        site=site, kind="service_request", title=f"{name}: the lift is closed", number="SR20261125-7777",
        reporter_name=name, reporter_phone="+86 139 0000 2231", description="call (139) 0000-2231",
    )  # fmt: skip
    steps: tuple[tuple[str, dict[str, Any]], ...] = (
        ("accept", {}),
        ("finish", {"resolution": f"told {name}, 13900002231"}),
    )
    for step, values in steps:
        staff_step(user=cast.supervisor, case_id=case.pk, step=step, values=values)
    forget_resident(user=cast.project_manager, case=case)
    case.refresh_from_db()
    assert (case.number, case.state, case.title) == ("SR20261125-7777", "done", "—: the lift is closed")
    assert (case.description, case.resolution) == ("call —", "told —, —")


def test_once_and_with_a_receipt(cast: Cast, point: IntakePoint) -> None:
    case = ended(cast, point)
    assert case.closed_at is not None
    with time_machine.travel(case.closed_at + KEPT):
        assert forget_overdue() == 1
        assert forget_overdue() == 0
    receipt = AuditEntry.objects.get(action="incidents.residents_forgotten_overdue")
    assert (receipt.site_id, receipt.details) == (case.site_id, {"count": 1})


def test_callers_whose_names_were_typed_at_the_desk_are_forgotten_too(cast: Cast, site: Site) -> None:
    old: dict[str, Any] = {
        "status": "closed",
        "state": "closed",
        "closed_at": now() - KEPT,
        "resolved_at": now() - KEPT,
    }
    named = CaseFactory.create(
        site=site, kind="complaint", source=CaseSource.PHONE, reporter_name="Mr Chan", **old
    )
    CaseFactory.create(site=site, source=CaseSource.AUTHORITY, reporter_name="Officer Wu", **old)
    CaseFactory.create(site=site, kind="complaint", reporter_name="Ms Ho")
    assert forget_overdue() == 1
    named.refresh_from_db()
    assert named.reporter_name == ""
    assert sorted(Case.objects.values_list("reporter_name", flat=True)) == ["", "Ms Ho", "Officer Wu"]


def test_at_once_by_a_manager_only(cast: Cast, point: IntakePoint) -> None:
    case = ended(cast, point)
    for person in (cast.guard, cast.supervisor, cast.auditor):
        with pytest.raises(PermissionDenied):
            forget_resident(user=person, case=case)
    forget_resident(user=cast.project_manager, case=case)
    assert [secret for secret in SECRETS if secret in everything()] == []
    assert AuditEntry.objects.filter(
        action="incidents.resident_forgotten", actor=cast.project_manager
    ).exists()


def test_an_open_case_keeps_whom_to_answer(cast: Cast, point: IntakePoint) -> None:
    report(point=point, report="repair", key=uuid4(), text="x", sender=Sender(name="Ms Li"))
    with time_machine.travel(datetime(2036, 1, 1)):
        assert forget_overdue() == 0
