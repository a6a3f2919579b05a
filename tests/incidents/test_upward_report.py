"""The upward report: owed in time by level and by law, six items from the case, supplements when casualties change."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from core.models import Notification
from incidents.models import Case, LimitRule
from incidents.selectors.upward import draft_of
from incidents.services.escalating import escalate
from incidents.services.reporting_up import StaleReport, write_report
from incidents.services.steps import record_act, take_step
from organization.models import Site
from tests.conftest import Cast
from tests.incidents.test_limits import MINUTE, MORNING, opened


def confirmed(cast: Cast, site: Site, level: int, category: str = "001") -> Case:
    """An incident confirmed two minutes after its report."""
    case = opened(cast, site, kind="incident", priority="P1", category=category, title="Gas leak", place="B2")
    with time_machine.travel(MORNING + 2 * MINUTE, tick=False):
        return take_step(
            user=cast.shift_leader,
            case_id=case.pk,
            step="confirm",
            values={"category": category, "facts.level": str(level), "facts.injured": 2},
        )


@pytest.mark.requirement("R078")
@pytest.mark.parametrize(("level", "minutes"), [(1, 10), (2, 20), (3, 30), (4, 30)])
def test_a_report_is_owed_by_level_from_confirmation(
    cast: Cast, site: Site, level: int, minutes: int
) -> None:
    report = confirmed(cast, site, level).upward_reports.get()
    assert (report.due_at, report.statutory_due_at) == (MORNING + (2 + minutes) * MINUTE, None)


def test_the_limit_is_editable_and_follows_a_graver_level(cast: Cast, site: Site) -> None:
    LimitRule.objects.create(
        company=site.company, site=site, aspect="report_up", kind="incident", trait="level4", minutes=45
    )
    case = confirmed(cast, site, 4)
    assert case.upward_reports.get().due_at == MORNING + 47 * MINUTE
    with time_machine.travel(MORNING + 5 * MINUTE, tick=False):
        take_step(
            user=cast.shift_leader,
            case_id=case.pk,
            step="activate",
            values={"category": "001", "facts.level": "1"},
        )
    assert case.upward_reports.get().due_at == MORNING + 12 * MINUTE


def test_a_false_alarm_and_an_unconfirmed_report_owe_nothing(cast: Cast, site: Site) -> None:
    case = opened(cast, site, kind="incident")
    take_step(user=cast.shift_leader, case_id=case.pk, step="false_alarm", values={"note": "Steam"})
    assert not case.upward_reports.exists()


def test_the_six_items_come_from_the_case_in_the_sites_language(cast: Cast, site: Site) -> None:
    site.language, site.households = "zh-hans", 300
    site.save()
    case = confirmed(cast, site, 2)
    with time_machine.travel(MORNING + 3 * MINUTE, tick=False):
        record_act(user=cast.guard, case_id=case.pk, act="call_119")
    draft = draft_of(Case.objects.select_related("incident").get(pk=case.pk))
    assert "Lakeside Gardens" in draft["unit"]
    assert "300" in draft["unit"]
    assert "2026年11月18日 10:00" in draft["scene"]
    assert "B2" in draft["scene"]
    assert "Gas leak" in draft["course"]
    assert "2" in draft["casualties"]
    assert "119" in draft["measures"]
    assert "10:03" in draft["measures"]


def test_law_adds_an_hour_and_the_late_report_calls(cast: Cast, site: Site) -> None:
    case = confirmed(cast, site, 1)
    with time_machine.travel(MORNING + 4 * MINUTE, tick=False):
        report = write_report(
            user=cast.shift_leader,
            case_id=case.pk,
            version=1,
            items={"course": "Draft"},
            statutory_grade="general",
        )
    assert report.statutory_due_at == MORNING + 62 * MINUTE
    assert (report.version, report.course, report.sent_at) == (2, "Draft", None)
    with time_machine.travel(MORNING + 9 * MINUTE, tick=False):
        escalate()
    assert Notification.objects.filter(kind="incidents.limit_warned", context__reason__isnull=False).exists()
    with time_machine.travel(MORNING + 13 * MINUTE, tick=False):
        escalate()
    row = case.escalations.get(reason="report_up")
    assert row.level == 1
    with time_machine.travel(MORNING + 14 * MINUTE, tick=False):
        with pytest.raises(StaleReport):
            write_report(
                user=cast.shift_leader, case_id=case.pk, version=1, items={}, statutory_grade="general"
            )
        with pytest.raises(ValidationError):
            write_report(
                user=cast.shift_leader,
                case_id=case.pk,
                version=2,
                items={},
                statutory_grade="general",
                is_sent=True,
            )
        with pytest.raises(PermissionDenied):
            write_report(user=cast.guard, case_id=case.pk, version=2, items={})
        sent = write_report(
            user=cast.shift_leader,
            case_id=case.pk,
            version=2,
            items={"course": "As it was"},
            statutory_grade="general",
            is_sent=True,
            sent_to="District office",
            channel="phone",
        )
    assert (sent.sent_by, sent.course) == (cast.shift_leader, "As it was")
    assert sent.unit, "items nobody wrote are kept as they were prepared"
    case = Case.objects.get(pk=case.pk)
    assert case.incident.reported_up_at == MORNING + 14 * MINUTE
    row.refresh_from_db()
    assert row.ended_at == MORNING + 14 * MINUTE
    assert case.entries.get(code="reported_up").text.endswith("District office")


@pytest.mark.parametrize(("category", "days"), [("001", 30), ("002", 7)])
def test_changed_casualties_owe_a_supplement_within_the_laws_window(
    cast: Cast, site: Site, category: str, days: int
) -> None:
    case = confirmed(cast, site, 1, category)
    changed = {"facts.injured": 3, "facts.seriously_injured": 1, "facts.dead": 0}
    with time_machine.travel(MORNING + 5 * MINUTE, tick=False):
        record_act(user=cast.guard, case_id=case.pk, act="casualties", values=changed)
        assert case.upward_reports.count() == 1, "not yet sent: the report itself says it"
        write_report(
            user=cast.shift_leader,
            case_id=case.pk,
            version=1,
            items={},
            is_sent=True,
            sent_to="Street",
            channel="phone",
        )
    with time_machine.travel(MORNING + timedelta(days=days - 1), tick=False):
        for _n in range(2):
            record_act(user=cast.guard, case_id=case.pk, act="casualties", values=changed)
        supplement = case.upward_reports.get(number=2)
        assert supplement.due_at == MORNING + timedelta(days=days)
        write_report(
            user=cast.shift_leader,
            case_id=case.pk,
            version=1,
            items={},
            is_sent=True,
            sent_to="Street",
            channel="mail",
        )
    with time_machine.travel(MORNING + timedelta(days=days, seconds=1), tick=False):
        record_act(user=cast.guard, case_id=case.pk, act="casualties", values=changed)
    assert case.upward_reports.count() == 2
    assert case.entries.filter(code="supplemented").count() == 1


def test_the_pages_write_send_and_print(cast: Cast, site: Site) -> None:
    case = confirmed(cast, site, 1)
    client = Client()
    client.force_login(cast.shift_leader)
    with time_machine.travel(MORNING + 5 * MINUTE, tick=False):
        page = client.get(reverse("incidents:case", args=[case.pk]))
        assert reverse("incidents:report_up_write", args=[case.pk]) in page.content.decode()
        write = reverse("incidents:report_up_write", args=[case.pk])
        form = client.get(write).context["form"]
        data = {"version": 1, "statutory_grade": "none", "course": "Typed by hand", "is_sent": "on"}
        wrong = client.post(write, data)
        assert wrong.context["form"].errors.keys() == {"sent_to", "channel"}
        assert "Typed by hand" in wrong.content.decode()
        assert form.initial["unit"]
        stale = client.post(write, {**data, "version": 7, "sent_to": "Office", "channel": "phone"})
        assert "meanwhile" in stale.content.decode()
        assert client.post(write, {**data, "sent_to": "Office", "channel": "phone"}).status_code == 302
    paper = client.get(reverse("incidents:report_up", args=[case.pk, 1])).content.decode()
    assert "Typed by hand" in paper
    assert "Office" in paper
    assert client.get(write).status_code == 404
    client.force_login(cast.guard)
    assert client.get(reverse("incidents:report_up", args=[case.pk, 1])).status_code == 403
