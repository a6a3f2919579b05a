"""Acts are recorded and stay as they were recorded."""

from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import InternalError, connection, transaction
from django.test import Client

from core import audit, context
from core.audit import actions
from core.models import AuditEntry
from core.notifications import notify
from organization.models import Site
from tests.conftest import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R066")]


def test_an_entry_carries_actor_company_target_request_and_details(cast: Cast, site: Site) -> None:
    with context.acting(actor=cast.supervisor.pk, act="test", request="r-1"):
        audit.record("core.evidence_viewed", actor=cast.supervisor, site=site, target=site, details={"n": 1})
    entry = AuditEntry.objects.get()
    assert entry.actor == cast.supervisor
    assert (entry.company_id, entry.site_id) == (site.company_id, site.pk)
    assert entry.target_type == ContentType.objects.get_for_model(Site)
    assert entry.target_id == str(site.pk)
    assert (entry.request_id, entry.details) == ("r-1", {"n": 1})


@pytest.mark.parametrize("sql", ["UPDATE core_auditentry SET action = 'x'", "DELETE FROM core_auditentry"])
def test_the_database_refuses_to_change_or_remove_an_entry(cast: Cast, sql: str) -> None:
    audit.record("core.evidence_viewed", actor=cast.supervisor)
    with (
        pytest.raises(InternalError, match="append_only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    assert AuditEntry.objects.get().action == "core.evidence_viewed"


def test_removing_the_person_leaves_the_record_alone(cast: Cast) -> None:
    entry = audit.record("core.evidence_viewed", actor=cast.trainer)
    number = cast.trainer.pk
    cast.trainer.memberships.all().delete()
    cast.trainer.delete()
    entry.refresh_from_db()
    assert entry.actor_id == number


def test_an_act_reads_in_words_with_its_details() -> None:
    assert actions.text("core.list_exported", {"list": "rounds"}) == "Exported the list rounds"
    assert actions.text("core.list_exported", {}) == "Exported the list …"
    assert actions.text("somewhere.unknown", {}) == "somewhere.unknown"


def test_signing_in_out_and_failing_to_is_recorded(client: Client, cast: Cast) -> None:
    client.force_login(cast.guard)
    client.logout()
    assert not client.login(username=cast.guard.username, password="wrong")
    acts = list(AuditEntry.objects.order_by("pk").values_list("action", "actor", "target_id"))
    assert acts == [
        ("core.signed_in", cast.guard.pk, str(cast.guard.pk)),
        ("core.signed_out", cast.guard.pk, str(cast.guard.pk)),
        ("core.sign_in_failed", None, str(cast.guard.pk)),
    ]
    failed = AuditEntry.objects.get(action="core.sign_in_failed")
    assert failed.company_id == cast.guard.company_id
    assert "wrong" not in str(failed.details)


def test_a_refused_request_is_recorded_without_its_address(client: Client, cast: Cast) -> None:
    client.force_login(cast.guard)
    assert client.get("/audit/?q=secret").status_code == 403
    entry = AuditEntry.objects.get(action="core.refused")
    assert entry.actor == cast.guard
    assert entry.details == {"method": "GET", "view": "audit:list", "keys": {}}
    assert entry.request_id


def test_reaching_for_a_foreign_row_is_recorded_and_answers_as_a_missing_one(
    client: Client, cast: Cast
) -> None:
    [theirs] = notify("core.job_done", [cast.foreign_guard], context={"job": "x"})
    client.force_login(cast.guard)
    foreign = client.post(f"/notifications/{theirs.pk}/read/")
    missing = client.post("/notifications/01890000-0000-7000-8000-000000000000/read/")
    assert (foreign.status_code, missing.status_code) == (404, 404)
    entries = AuditEntry.objects.filter(action="core.foreign_object")
    [entry] = entries
    assert entry.details["kind"] == "core.notification"
    assert entry.details["object"] == str(theirs.pk)


@pytest.mark.parametrize(
    ("name", "status"),
    [("auditor", 200), ("administrator", 200), ("company_manager", 403), ("supervisor", 403), ("guard", 403)],
)
def test_only_auditors_and_administrators_read_the_record(
    client: Client, cast: Cast, name: str, status: int
) -> None:
    client.force_login(getattr(cast, name))
    assert client.get("/audit/").status_code == status


def test_the_record_shows_the_own_company_only(client: Client, cast: Cast) -> None:
    audit.record("core.evidence_viewed", actor=cast.foreign_manager, details={"note": "CANARY-B"})
    audit.record("core.evidence_viewed", actor=cast.supervisor, details={"note": "ours"})
    client.force_login(cast.auditor)
    body = client.get("/audit/?action=core.evidence_viewed").content.decode()
    assert "ours" in body
    assert "CANARY-B" not in body


def test_the_record_can_be_exported_and_that_is_recorded_too(client: Client, cast: Cast) -> None:
    audit.record("core.evidence_viewed", actor=cast.supervisor)
    client.force_login(cast.auditor)
    response: Any = client.get("/audit/?export=csv")
    text = b"".join(response.streaming_content).decode()
    assert "Viewed evidence" in text
    assert AuditEntry.objects.filter(action="core.list_exported", actor=cast.auditor).count() == 1
