"""From a weak result of a survey to somebody's work and back: the links of the page are followed as a person does."""

import re
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from collaboration.models import ActionItem
from core.clock import now
from kpi.models import Improvement
from organization.models import Department, Site
from surveys.models import Wave
from tests.conftest import Cast
from tests.organization.factories import DepartmentFactory
from tests.surveys.scored import answer, close, running_wave

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R075"), pytest.mark.requirement("R100")]


@pytest.fixture
def wave(site: Site) -> Wave:
    """A closed wave in which people were dissatisfied with the speed."""
    made = running_wave(site, strata={"A": 40})
    part = made.strata.get()
    answer(made, [5] * 20, stratum=part)
    answer(made, [1] * 12 + [2] * 6 + [4] * 2, code="speed", stratum=part)
    return close(made)


@pytest.fixture
def department(site: Site) -> Department:
    """Who is to answer sooner."""
    return DepartmentFactory.create(company=site.company, name="Customer service")


def link(page: str, text: str, within: str = "") -> str:
    """The address of the link with that text, in the part of the page after `within`."""
    part = page[page.index(within) :]
    found = re.search(rf'<a[^>]*href="([^"]+)"[^>]*>(?:<svg.*?</svg>)?{re.escape(text)}</a>', part)
    assert found is not None, f"no link {text!r}"
    return unescape(found[1])


def typed(response: Any, **values: Any) -> dict[str, Any]:
    """What the form of a page holds, with what a person changes."""
    form = response.context["form"]
    filled = {name: form[name].value() for name in form.fields}
    kept = {name: value for name, value in filled.items() if value not in (None, "", [])}
    return {**kept, "form_key": str(uuid4()), **values}


class TestAWeakItem:
    def test_becomes_an_action_with_due_date_and_department_and_leads_back(
        self, wave: Wave, department: Department, cast: Cast, client: Client, site: Site
    ) -> None:
        client.force_login(cast.supervisor)
        results = reverse("surveys:results", args=[wave.pk])
        page = client.get(results).content.decode()
        assert "3.9% – 23.3%" in page
        assert "10.0%" in page  # two of twenty are satisfied with the speed
        form = client.get(link(page, "Give to a department", "Speed?"))
        assert form.status_code == 200
        assert "Speed?" in form.content.decode()
        told = form.context["form"]["description"].value()
        assert told == "Satisfied (4–5): 10.0% of 20 answers; 95% interval 3.9% – 23.3%."
        due = now() + timedelta(days=20)
        data = typed(
            form, title="Answer reports on the same day", kind="improvement",
            owner=cast.supervisor.pk, department=department.pk, due_at=f"{due:%Y-%m-%dT%H:%M}",
        )  # fmt: skip
        made = client.post(form.wsgi_request.get_full_path(), data)
        assert made.status_code == 302, made.context and made.context["form"].errors
        action = ActionItem.objects.get()
        assert (action.department, action.owner, action.kind) == (department, cast.supervisor, "improvement")
        assert abs(action.due_at - due) < timedelta(days=1)
        own = client.get(made["Location"]).content.decode()
        assert link(own, str(wave.title)) == results
        back = client.get(results).content.decode()
        assert action.title in back
        assert reverse("collaboration:action", args=[action.pk]) in back

    def test_becomes_an_improvement_measure_and_leads_back(
        self, wave: Wave, department: Department, cast: Cast, client: Client
    ) -> None:
        client.force_login(cast.supervisor)
        results = reverse("surveys:results", args=[wave.pk])
        address = link(client.get(results).content.decode(), "Start a measure")
        form = client.get(address)
        assert form.status_code == 200
        data = typed(
            form, title="Faster answers", problem="Two of twenty are satisfied with the speed.",
            owner=cast.supervisor.pk, department=department.pk, due_on=f"{now() + timedelta(days=60):%Y-%m-%d}",
            impact="4", effort="2", severity="3", extent="site",
            measure="Answer reports on the same day.",
        )  # fmt: skip
        made = client.post(address, data)
        assert made.status_code == 302, made.context and made.context["form"].errors
        measure = Improvement.objects.get()
        assert (measure.source_id, measure.department) == (str(wave.pk), department)
        assert results in client.get(made["Location"]).content.decode()
        assert made["Location"] in client.get(results).content.decode()

    def test_is_given_to_nobody_by_who_only_reads(self, wave: Wave, cast: Cast, client: Client) -> None:
        """The auditor sees the results and no such link."""
        client.force_login(cast.auditor)
        page = client.get(reverse("surveys:results", args=[wave.pk])).content.decode()
        assert "Speed?" in page
        assert not re.search(r"<a[^>]*>Give to a department", page)
        assert "Start a measure" not in page
