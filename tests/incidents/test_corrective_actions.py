"""A case that needs corrective actions does not close without, and one page shows the whole thread."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from collaboration.services.adding import add_action
from collaboration.services.handling import report_done, verify_action
from core.clock import now
from core.ids import uuid7
from incidents.models import Case
from incidents.services.steps import take_step
from organization.models import Site
from tests.conftest import Cast
from tests.incidents.factories import CaseFactory


def in_review(cast: Cast, site: Site) -> Case:
    """An incident that waits to be closed."""
    case = CaseFactory.create(site=site, kind="incident", category="003", title="Barrier broken")
    values = {"category": "003", "resolution": "Opened by hand"}
    return take_step(user=cast.supervisor, case_id=case.pk, step="settle", values=values)


@pytest.mark.requirement("R086")
def test_an_incident_closes_with_an_action_or_a_word_why_none_is_needed(cast: Cast, site: Site) -> None:
    case = in_review(cast, site)
    with pytest.raises(ValidationError, match="corrective action"):
        take_step(user=cast.supervisor, case_id=case.pk, step="close", values={"cause": "Worn hinge"})
    values = {"cause": "Worn hinge", "no_action_reason": "Replaced at once"}
    assert take_step(user=cast.supervisor, case_id=case.pk, step="close", values=values).state == "closed"


def test_open_actions_keep_it_open_until_another_has_verified_them(cast: Cast, site: Site) -> None:
    case = in_review(cast, site)
    item = add_action(
        user=cast.supervisor,
        operation_id=uuid7(),
        site=site,
        source=case,
        title="Check all barriers",
        owner=cast.facility_engineer,
        due_at=now() + timedelta(days=3),
    ).action
    with pytest.raises(ValidationError, match="not settled"):
        take_step(user=cast.supervisor, case_id=case.pk, step="close", values={"cause": "Worn hinge"})
    item = report_done(
        user=cast.facility_engineer, action_id=item.pk, version=item.version, what_was_done="All greased"
    )
    verify_action(user=cast.supervisor, action_id=item.pk, version=item.version, note="Seen")
    done = take_step(user=cast.supervisor, case_id=case.pk, step="close", values={"cause": "Worn hinge"})
    assert done.state == "closed"
    client = Client()
    client.force_login(cast.supervisor)
    page = client.get(reverse("incidents:case_thread", args=[case.pk])).content.decode()
    for text in ("Opened by hand", item.number, "All greased", "Worn hinge"):
        assert text in page
