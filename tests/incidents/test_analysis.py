"""The analysis report: demanded for what was grave, written with all its parts, approved by another."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.test import Client
from django.urls import reverse

from core.models import Notification
from incidents.models import AnalysisReport, AnalysisState, Case
from incidents.selectors.analysis import similar_cases
from incidents.services.analysing import approve_report, return_report, submit_report, write_report
from incidents.services.steps import take_step
from organization.models import Site
from tests.conftest import Cast
from tests.incidents.factories import CaseFactory

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
WRITTEN: dict[str, Any] = {
    "data": "Footage of camera 12, repair record of the hood",
    "course": "07:40 smoke seen; 07:43 first of ours on the scene; 07:52 out",
    "root_cause": "Filter not cleaned for eight months",
    "measures": "Quarterly cleaning, photo as proof",
    "whys": ["Grease burned", "The filter was full", "", "Nobody was named for it"],
    "fishbone": {"equipment": ["old hood"], "management": ["no plan", " "]},
}


def fire(site: Site, **fields: Any) -> Case:
    """A kitchen fire just reported."""
    return CaseFactory.create(
        site=site, kind="incident", category="002", subcategory="002.01", title="Kitchen fire", **fields
    )


def closed(cast: Cast, case: Case, level: int = 4) -> Case:
    """The incident led to its end."""
    category = {"category": case.category, "subcategory": case.subcategory}
    for step, values in (
        ("activate", {**category, "facts.level": level}),
        ("respond", {}),
        ("control", {}),
        ("review", {"resolution": "Put out with two extinguishers"}),
        ("close", {"cause": "Grease", "no_action_reason": "Part of the report"}),
    ):
        case = take_step(user=cast.supervisor, case_id=case.pk, step=step, values=values)
    return case


@pytest.mark.requirement("R088")
def test_every_fire_demands_a_report_within_seven_days_of_closing(cast: Cast, site: Site) -> None:
    with time_machine.travel(NOON, tick=False):
        case = closed(cast, fire(site))
    report = AnalysisReport.objects.get(case=case)
    assert report.is_demanded
    assert report.due_at == NOON + timedelta(days=7)
    told = Notification.objects.filter(kind="incidents.analysis_due")
    assert {row.recipient for row in told} >= {cast.supervisor, cast.project_manager}


def test_small_matters_and_false_alarms_demand_none(cast: Cast, site: Site) -> None:
    small = CaseFactory.create(site=site, kind="incident", category="003")
    closed(cast, small)
    steam = fire(site)
    take_step(user=cast.supervisor, case_id=steam.pk, step="false_alarm", values={"note": "steam"})
    assert not AnalysisReport.objects.filter(is_demanded=True).exists()
    grave = CaseFactory.create(site=site, kind="incident", category="004")
    closed(cast, grave, level=2)
    assert AnalysisReport.objects.get(is_demanded=True).case == grave


@pytest.mark.requirement("R088")
def test_a_report_is_written_submitted_sent_back_and_approved_by_another(cast: Cast, site: Site) -> None:
    case = fire(site)
    report = write_report(user=cast.supervisor, case_id=case.pk, version=1, values=WRITTEN)
    assert report.whys == ["Grease burned", "The filter was full", "Nobody was named for it"]
    assert report.fishbone["management"] == ["no plan"]
    with pytest.raises(PermissionDenied):
        approve_report(user=cast.supervisor, case_id=case.pk, version=2)
    submit_report(user=cast.supervisor, case_id=case.pk, version=2)
    with pytest.raises(ValidationError):
        write_report(user=cast.supervisor, case_id=case.pk, version=3, values=WRITTEN)
    return_report(user=cast.project_manager, case_id=case.pk, version=3, note="Which hood?")
    submit_report(user=cast.project_manager, case_id=case.pk, version=4)
    with pytest.raises(ValidationError, match="Somebody else"):
        approve_report(user=cast.project_manager, case_id=case.pk, version=5)
    done = approve_report(user=cast.company_manager, case_id=case.pk, version=5)
    assert (done.state, done.approved_by) == (AnalysisState.APPROVED, cast.company_manager)
    assert list(case.entries.filter(code__startswith="analysis").values_list("code", flat=True)) == [
        "analysis_submitted",
        "analysis_returned",
        "analysis_submitted",
        "analysis_approved",
    ]


def test_what_is_missing_is_named(cast: Cast, site: Site) -> None:
    case = fire(site)
    write_report(user=cast.supervisor, case_id=case.pk, version=1, values={"data": "Footage"})
    with pytest.raises(ValidationError, match="root cause"):
        submit_report(user=cast.supervisor, case_id=case.pk, version=2)


@pytest.mark.fault("F46")
def test_nobody_overwrites_a_report_they_have_not_seen(cast: Cast, site: Site) -> None:
    case = fire(site)
    write_report(user=cast.supervisor, case_id=case.pk, version=1, values=WRITTEN)
    client = Client()
    client.force_login(cast.project_manager)
    page = reverse("incidents:analysis_write", args=[case.pk])
    stale = client.post(page, {"version": 1, "data": "Mine"})
    assert stale.status_code == 422
    assert "Mine" in stale.content.decode()
    again = client.post(page, {"version": 2, "data": "Mine"})
    assert again.status_code == 302
    assert AnalysisReport.objects.get(case=case).data == "Mine"


def test_guards_read_and_strangers_do_not_know(cast: Cast, site: Site) -> None:
    case = fire(site)
    with pytest.raises(PermissionDenied):
        write_report(user=cast.guard, case_id=case.pk, version=1, values=WRITTEN)
    with pytest.raises(Http404):
        write_report(user=cast.foreign_manager, case_id=case.pk, version=1, values=WRITTEN)


def test_cases_like_it_stand_beside_it(cast: Cast, site: Site, foreign_site: Site) -> None:
    case = fire(site)
    like, farther = (
        fire(site),
        CaseFactory.create(site=site, kind="incident", category="002", subcategory="002.04"),
    )
    CaseFactory.create(site=site, kind="incident", category="003")
    fire(foreign_site)
    assert similar_cases(cast.supervisor, case) == [like, farther]
