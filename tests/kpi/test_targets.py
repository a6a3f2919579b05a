"""Targets: proposed, approved by somebody else before their month begins, and in force from then on everywhere a figure is judged."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from core.models import AuditEntry, Notification
from kpi.indicators import Group, indicators
from kpi.models import Target
from kpi.selectors.lines import group_lines
from kpi.selectors.periods import Month
from kpi.selectors.sites import site_months
from kpi.selectors.targets import earliest, library, targets_for, targets_over
from kpi.services.targeting import approve_target, decline_target, propose_target, withdraw_target
from organization.models import Company, Person, Site
from tests.conftest import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R073", "R103")]
#: Noon in Shanghai on the 21st of November.
NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
NOVEMBER, DECEMBER, JANUARY = (Month(date(2026, 11, 1)), Month(date(2026, 12, 1)), Month(date(2027, 1, 1)))


@pytest.fixture
def clock(site: Site, sibling_site: Site) -> Any:
    """It is the 21st of November; the sites are a year old."""
    Site.objects.update(created_at=datetime(2025, 11, 1, tzinfo=UTC))
    for one in (site, sibling_site):
        one.refresh_from_db()
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def propose(user: Person, owner: Site | Company, value: float | None, month: Month = DECEMBER, code: str = "K04") -> Target:  # fmt: skip
    """A proposal with a reason."""
    return propose_target(user=user, owner=owner, indicator=code, value=value, month=month, reason="Contract")


def in_force(site: Site, month: Month, code: str = "K04") -> float | None:
    """What counts."""
    return targets_for([site.pk], month)[site.pk][code]


def test_a_target_counts_from_its_month_on_once_somebody_else_approved_it(
    site: Site, cast: Cast, clock: Any
) -> None:
    target = propose(cast.supervisor, site, 0.97)
    assert in_force(site, DECEMBER) == 0.95
    told = Notification.objects.filter(kind="kpi.target_to_decide").values_list("recipient__name", flat=True)
    assert set(told) == {"Project Manager", "Company Manager", "Administrator"}
    approve_target(user=cast.project_manager, target_id=target.pk)
    assert [in_force(site, month) for month in (NOVEMBER, DECEMBER, JANUARY)] == [0.95, 0.97, 0.97]
    assert Notification.objects.get(kind="kpi.target_decided").recipient == cast.supervisor
    acts = AuditEntry.objects.filter(action__startswith="kpi.target_").order_by("pk")
    assert [(row.action, row.actor.name, row.details["value"]) for row in acts if row.actor] == [
        ("kpi.target_proposed", "Supervisor", "≥ 97%"),
        ("kpi.target_approved", "Project Manager", "≥ 97%"),
    ]


def test_a_site_goes_before_its_company_and_both_before_the_default(
    site: Site, sibling_site: Site, foreign_site: Site, cast: Cast, clock: Any
) -> None:
    for owner, value, user in ((site.company, 0.9, cast.company_manager), (site, 0.99, cast.supervisor)):
        approve_target(user=cast.administrator, target_id=propose(user, owner, value).pk)
    approve_target(
        user=cast.administrator, target_id=propose(cast.company_manager, site.company, None, JANUARY).pk
    )
    found = targets_over([site.pk, sibling_site.pk, foreign_site.pk], [NOVEMBER, DECEMBER, JANUARY])
    values = {key: [found[key][month]["K04"] for month in (NOVEMBER, DECEMBER, JANUARY)] for key in found}
    assert values == {
        site.pk: [0.95, 0.99, 0.99],
        sibling_site.pk: [0.95, 0.9, None],
        foreign_site.pk: [0.95, 0.95, 0.95],
    }
    assert found[site.pk][JANUARY]["K09"] == 0.98


@pytest.mark.parametrize("month", [NOVEMBER, Month(date(2025, 1, 1))])
def test_a_month_that_has_begun_is_frozen(site: Site, cast: Cast, clock: Any, month: Month) -> None:
    with pytest.raises(ValidationError, match="2026-12"):
        propose(cast.supervisor, site, 0.97, month)


def test_whoever_decides_too_late_decides_nothing(site: Site, cast: Cast, clock: Any) -> None:
    target = propose(cast.supervisor, site, 0.97)
    clock.move_to(datetime(2026, 11, 30, 16, 0, tzinfo=UTC))  # midnight in Shanghai: December has begun
    with pytest.raises(ValidationError, match="2027-01"):
        approve_target(user=cast.project_manager, target_id=target.pk)
    assert in_force(site, DECEMBER) == 0.95


def test_a_target_in_force_cannot_be_withdrawn_and_one_to_come_can(
    site: Site, cast: Cast, clock: Any
) -> None:
    target = propose(cast.supervisor, site, 0.97)
    approve_target(user=cast.project_manager, target_id=target.pk)
    with pytest.raises(PermissionDenied):
        withdraw_target(user=cast.supervisor, target_id=target.pk)
    later = propose(cast.supervisor, site, 0.5, JANUARY)
    assert withdraw_target(user=cast.supervisor, target_id=later.pk).state == "withdrawn"
    clock.move_to(datetime(2026, 12, 2, tzinfo=UTC))
    with pytest.raises(ValidationError):
        withdraw_target(user=cast.project_manager, target_id=target.pk)
    assert in_force(site, JANUARY) == 0.97


def test_a_site_set_up_this_month_may_start_now(site: Site, cast: Cast, clock: Any) -> None:
    Site.objects.filter(pk=site.pk).update(created_at=NOW)
    site.refresh_from_db()
    assert (earliest(site), earliest(site.company)) == (NOVEMBER, DECEMBER)
    approve_target(user=cast.project_manager, target_id=propose(cast.supervisor, site, 0.97, NOVEMBER).pk)
    assert in_force(site, NOVEMBER) == 0.97


def test_a_company_waits_for_its_last_site(site: Site, sibling_site: Site, clock: Any) -> None:
    Site.objects.filter(pk=sibling_site.pk).update(time_zone="Pacific/Kiritimati")
    clock.move_to(datetime(2026, 11, 30, 12, 0, tzinfo=UTC))
    assert earliest(site.company) == JANUARY  # at one of them it is December already
    assert earliest(site) == DECEMBER


def test_nobody_approves_their_own(site: Site, cast: Cast, clock: Any) -> None:
    target = propose(cast.project_manager, site, 0.97)
    for act in (approve_target, decline_target):
        with pytest.raises(ValidationError, match="nobody approves their own"):
            act(user=cast.project_manager, target_id=target.pk, decision="x")


@pytest.mark.parametrize("role", ["guard", "shift_leader", "trainer", "auditor"])
def test_who_may_not_propose(site: Site, cast: Cast, clock: Any, role: str) -> None:
    with pytest.raises(PermissionDenied):
        propose(getattr(cast, role), site, 0.97)


def test_a_company_target_is_for_company_wide_roles(site: Site, cast: Cast, clock: Any) -> None:
    with pytest.raises(PermissionDenied):
        propose(cast.project_manager, site.company, 0.97)
    target = propose(cast.company_manager, site.company, 0.97)
    with pytest.raises(PermissionDenied):
        approve_target(user=cast.project_manager, target_id=target.pk)
    assert approve_target(user=cast.administrator, target_id=target.pk).state == "approved"


@pytest.mark.parametrize(
    ("code", "value"),
    [("K04", 1.01), ("K04", -0.1), ("K43", 1.5), ("K27", 0.99), ("K27", None), ("K44L", 0.9), ("K30", 101), ("K01", -1), ("K99", 0.5)],
)  # fmt: skip
def test_values_that_cannot_be_or_are_laxer_than_the_law_are_refused(
    site: Site, cast: Cast, clock: Any, code: str, value: float | None
) -> None:
    with pytest.raises(ValidationError):
        propose(cast.supervisor, site, value, code=code)
    assert not Target.objects.exists()


def test_one_target_a_month(site: Site, cast: Cast, clock: Any) -> None:
    first = propose(cast.supervisor, site, 0.97)
    with pytest.raises(ValidationError, match="proposed already"):
        propose(cast.supervisor, site, 0.96)
    approve_target(user=cast.project_manager, target_id=first.pk)
    second = propose(cast.supervisor, site, 0.96)
    with pytest.raises(ValidationError, match="approved already"):
        approve_target(user=cast.project_manager, target_id=second.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Target.objects.filter(pk=second.pk).update(state="approved")
    decline_target(user=cast.project_manager, target_id=second.pk, decision="One is enough")
    with pytest.raises(ValidationError, match="already"):
        approve_target(user=cast.project_manager, target_id=second.pk)


def test_a_foreign_target_does_not_exist(site: Site, cast: Cast, clock: Any, client: Client) -> None:
    target = propose(cast.supervisor, site, 0.97)
    client.force_login(cast.foreign_manager)
    assert client.get(f"/kpi/targets/{target.pk}/decide/").status_code == 404
    assert client.get(f"/api/v1/targets/{target.pk}/").status_code == 404
    assert client.get(f"/kpi/targets/?site={site.pk}").status_code == 404
    client.force_login(cast.sibling_supervisor)
    assert client.get(f"/api/v1/targets/{target.pk}/").status_code == 404


def test_every_standing_goes_by_the_target_of_its_month(
    site: Site, sibling_site: Site, cast: Cast, clock: Any
) -> None:
    for code, value in (("K04", 0.6), ("K05", None)):
        approve_target(
            user=cast.project_manager, target_id=propose(cast.supervisor, site, value, code=code).pk
        )
    counts = {"service_due": 10, "service_in_time": 7, "service_done": 7}
    tones = {}
    for month in (NOVEMBER, DECEMBER):
        lines = {line.standing.indicator.code: line.standing for group in group_lines(site, month, counts) for line in group.lines}  # fmt: skip
        tones[month] = [(lines[code].tone, lines[code].target) for code in ("K04", "K05")]
    assert tones == {NOVEMBER: [("danger", 0.95), ("danger", 0.98)], DECEMBER: [("ok", 0.6), ("idle", None)]}
    first, second = site_months([site, sibling_site], DECEMBER, Group.SERVICE)
    goals = [
        next(one.target for one in line.standings if one.indicator.code == "K04") for line in (first, second)
    ]
    assert goals == [0.6, 0.95]


def test_the_library_tells_default_in_force_and_to_come(site: Site, cast: Cast, clock: Any) -> None:
    approve_target(user=cast.administrator, target_id=propose(cast.company_manager, site.company, 0.9).pk)
    clock.move_to(datetime(2026, 12, 5, tzinfo=UTC))
    coming = propose(cast.supervisor, site, 0.99, JANUARY)
    line = next(line for line in library(site) if line.indicator.code == "K04")
    assert (line.in_force, line.is_default, line.coming) == (0.9, False, [coming])
    assert len(library(site)) == len(indicators())


def test_the_page_the_form_and_the_decision(site: Site, cast: Cast, clock: Any, client: Client) -> None:
    client.force_login(cast.supervisor)
    page = client.get(f"/kpi/targets/add/?site={site.pk}&indicator=K03")
    assert page.context["form"].initial == {"indicator": "K03", "value": 24.0}
    typed = {"indicator": "K03", "value": "", "month": "2026-12", "reason": ""}
    wrong = client.post(f"/kpi/targets/add/?site={site.pk}", typed)
    assert wrong.status_code == 422
    assert set(wrong.context["form"].errors) == {"value", "reason"}
    law = client.post(
        f"/kpi/targets/add/?site={site.pk}", typed | {"indicator": "K27", "value": "90", "reason": "x"}
    )
    assert "The law asks for ≥ 100%" in str(law.context["form"].errors["value"])
    done = client.post(f"/kpi/targets/add/?site={site.pk}", typed | {"value": "12.5", "reason": "Contract"})
    assert done.status_code == 302
    target = Target.objects.get()
    assert (target.indicator, target.value, target.starts) == ("K03", 750, date(2026, 12, 1))
    own = client.get(f"/kpi/targets/?site={site.pk}").content.decode()
    assert f"/kpi/targets/{target.pk}/decide/" not in own
    assert "12.5 h" in own
    client.force_login(cast.project_manager)
    assert f"/kpi/targets/{target.pk}/decide/" in client.get(f"/kpi/targets/?site={site.pk}").content.decode()
    needs = client.post(f"/kpi/targets/{target.pk}/decide/", {"verdict": "decline", "decision": ""})
    assert "decision" in needs.context["form"].errors
    assert client.post(f"/kpi/targets/{target.pk}/decide/", {"verdict": "approve"}).status_code == 302
    assert in_force(site, DECEMBER, "K03") == 750
    client.post(f"/kpi/targets/{target.pk}/withdraw/")
    target.refresh_from_db()
    assert target.state == "withdrawn"


def test_the_api_proposes_and_decides(site: Site, cast: Cast, clock: Any, client: Client) -> None:
    client.force_login(cast.supervisor)
    body = {"site": site.pk, "indicator": "K04", "value": 0.97, "month": "2026-12", "reason": "Contract"}
    answer = client.post("/api/v1/targets/", body, content_type="application/json")
    assert answer.status_code == 201, answer.content
    key = answer.json()["id"]
    assert client.post(f"/api/v1/targets/{key}/approve/", content_type="application/json").status_code == 403
    bad = client.post("/api/v1/targets/", body | {"month": "2026-11"}, content_type="application/json")
    assert (bad.status_code, "month" in str(bad.json())) == (400, True)
    client.force_login(cast.project_manager)
    assert (
        client.post(f"/api/v1/targets/{key}/decline/", {}, content_type="application/json").status_code == 400
    )
    assert (
        client.post(f"/api/v1/targets/{key}/approve/", content_type="application/json").json()["state"]
        == "approved"
    )
    listed = client.get(f"/api/v1/targets/?site={site.pk}&state=approved").json()["results"]
    assert [row["value"] for row in listed] == [0.97]
    clock.move_to(datetime(2026, 12, 5, tzinfo=UTC))
    client.force_login(cast.project_manager)
    month = client.get(f"/api/v1/figures/month/?site={site.pk}&month=2026-12").json()
    assert next(row["target"] for row in month if row["code"] == "K04") == 0.97
    whole = body | {"site": None, "month": "2027-02"}
    assert client.post("/api/v1/targets/", whole, content_type="application/json").status_code == 403
    client.force_login(cast.company_manager)
    made = client.post("/api/v1/targets/", whole, content_type="application/json")
    assert (made.status_code, made.json()["site"]) == (201, None)
    assert (
        client.post(f"/api/v1/targets/{made.json()['id']}/withdraw/", content_type="application/json").json()[
            "state"
        ]
        == "withdrawn"
    )
