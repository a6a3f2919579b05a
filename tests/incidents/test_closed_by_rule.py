"""Silence closes: service requests after 48 hours, complaints after ten days, unless a rule says otherwise."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from incidents.models import Case, CaseStatus, LimitRule
from incidents.services.expiring import close_silent
from incidents.services.handling import add_note
from incidents.services.steps import take_step
from organization.models import Site
from tests.conftest import Cast
from tests.incidents.test_limits import MORNING, opened

HOUR = timedelta(hours=1)


def at(moment: datetime) -> Any:
    """The clock stands at `moment`."""
    return time_machine.travel(moment, tick=False)


def done(cast: Cast, site: Site) -> Case:
    """A service request done at MORNING."""
    case = opened(cast, site, kind="service_request")
    with at(MORNING):
        take_step(user=cast.shift_leader, case_id=case.pk, step="accept")
        return take_step(
            user=cast.shift_leader, case_id=case.pk, step="finish", values={"resolution": "Lamp"}
        )


@pytest.mark.requirement("R054")
def test_a_request_nobody_objects_to_closes_after_48_hours_once(cast: Cast, site: Site) -> None:
    case = done(cast, site)
    with at(MORNING + 48 * HOUR - timedelta(seconds=1)):
        assert close_silent() == 0
    with at(MORNING + 48 * HOUR):
        assert (close_silent(), close_silent()) == (1, 0)
    case.refresh_from_db()
    assert (case.state, case.status) == ("closed", CaseStatus.CLOSED)
    assert case.request.is_closed_by_rule
    last = case.entries.latest("pk")
    assert (last.code, last.actor) == ("expire", None)


def test_a_word_to_the_resident_begins_the_silence_anew(cast: Cast, site: Site) -> None:
    case = done(cast, site)
    with at(MORNING + 24 * HOUR):
        add_note(user=cast.shift_leader, case_id=case.pk, text="Is it fine now?", is_internal=False)
    with at(MORNING + 48 * HOUR):
        assert close_silent() == 0
    with at(MORNING + 72 * HOUR):
        assert close_silent() == 1


def test_a_complaint_closes_after_ten_days_without_an_answer(cast: Cast, site: Site) -> None:
    case = opened(cast, site, kind="complaint")
    with at(MORNING):
        take_step(user=cast.shift_leader, case_id=case.pk, step="acknowledge")
        take_step(
            user=cast.supervisor,
            case_id=case.pk,
            step="reply",
            values={"facts.reply": "Sorry", "facts.is_valid": True},
        )
    with at(MORNING + timedelta(days=9)):
        assert close_silent() == 0
    with at(MORNING + timedelta(days=10)):
        assert close_silent() == 1
    case = Case.objects.get(pk=case.pk)
    assert (case.complaint.answer, case.complaint.is_closed_by_rule) == ("no_answer", True)


def test_a_site_may_wait_longer(cast: Cast, site: Site) -> None:
    done(cast, site)
    LimitRule.objects.create(
        company=site.company, site=site, aspect="silence", kind="service_request", minutes=5 * 1440
    )
    with at(MORNING + 48 * HOUR):
        assert close_silent() == 0
    with at(MORNING + timedelta(days=5)):
        assert close_silent() == 1
