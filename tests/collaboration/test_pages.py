"""The pages: nothing typed is lost, buttons as state and role allow, lists that can be filtered and exported."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from collaboration import sources
from collaboration.models import ActionItem, CollaborationRequest
from collaboration.services.handling import report_done
from incidents.models import Case
from organization.models import Department, Person, Site
from tests.collaboration.conftest import MORNING, WEEK, Make
from tests.collaboration.test_sources import case_at
from tests.conftest import Cast


def signed_in(person: Person) -> Client:
    """A browser of that person."""
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def case(cast: Cast, site: Site, clock: Any) -> Case:
    """A hazard at our site."""
    return case_at(site, cast.guard)


def test_a_measure_is_added_from_a_case_in_site_time(cast: Cast, case: Case) -> None:
    client = signed_in(cast.supervisor)
    page = client.get(f"/cases/{case.pk}/")
    address = f"/actions/items/add/?source={sources.key_of(case).replace(':', '%3A')}"
    assert address in page.content.decode()
    sent = {
        "title": "Replace the door closer",
        "kind": "corrective",
        "owner": cast.facility_engineer.pk,
        "due_at": "2026-12-02T18:00",
    }
    answer = client.post(address, sent)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    item = ActionItem.objects.get()
    assert (item.source_id, item.due_at.isoformat()) == (str(case.pk), "2026-12-02T10:00:00+00:00")
    assert case.title in client.get(answer["Location"]).content.decode()
    assert item.title in client.get(f"/cases/{case.pk}/").content.decode()


def test_a_foreign_case_is_no_source(cast: Cast, case: Case) -> None:
    address = f"/actions/items/add/?source={sources.key_of(case)}"
    for person in (cast.sibling_supervisor, cast.foreign_manager):
        assert signed_in(person).get(address).status_code == 404
        assert signed_in(person).get(address.replace("items", "requests")).status_code == 404
    assert signed_in(cast.guard).get(address).status_code == 403


def test_bad_input_keeps_what_was_typed(cast: Cast, action: ActionItem) -> None:
    client = signed_in(cast.facility_engineer)
    sent = {"version": 1, "until": "2026-11-26T10:00", "reason": "The part is not in stock"}
    answer = client.post(f"/actions/items/{action.pk}/extend/", sent)
    assert answer.status_code == 422
    assert "The part is not in stock" in answer.content.decode()
    assert "Choose a time after the present due time" in answer.content.decode()


@pytest.mark.fault("F46")
def test_a_stale_page_says_what_is_stored_now(cast: Cast, action: ActionItem) -> None:
    report_done(user=cast.facility_engineer, action_id=action.pk, version=1, what_was_done="Fitted")
    sent = {"version": 1, "reason": "Not needed"}
    answer = signed_in(cast.supervisor).post(f"/actions/items/{action.pk}/cancel/", sent)
    assert answer.status_code == 422
    assert "Done, to be verified" in answer.content.decode()
    assert "Not needed" in answer.content.decode()


def test_buttons_follow_state_and_role(cast: Cast, action: ActionItem) -> None:
    def offered(person: Person) -> set[str]:
        page = signed_in(person).get(f"/actions/items/{action.pk}/").content.decode()
        acts = ("change", "done", "verify", "return", "cancel", "extend", "decide", "judge")
        return {name for name in acts if f"/actions/items/{action.pk}/{name}/" in page}

    assert offered(cast.guard) == set()
    assert offered(cast.facility_engineer) == {"done", "extend", "change"}
    assert offered(cast.supervisor) == {"done", "extend", "change", "cancel"}
    report_done(user=cast.facility_engineer, action_id=action.pk, version=1, what_was_done="Fitted")
    assert offered(cast.facility_engineer) == set()
    assert offered(cast.supervisor) == {"verify", "return", "cancel"}


def test_mine_shows_what_waits_for_me(
    cast: Cast, add: Make, request_made: CollaborationRequest, fitter: Person
) -> None:
    add(title="For the engineer")
    waiting = add(title="For somebody to verify")
    report_done(user=cast.facility_engineer, action_id=waiting.pk, version=1, what_was_done="x")

    def shown(person: Person) -> set[str]:
        page = signed_in(person).get("/actions/").content.decode()
        titles = ("For the engineer", "For somebody to verify", request_made.title)
        return {title for title in titles if title in page}

    assert shown(cast.facility_engineer) == {"For the engineer"}
    assert shown(cast.supervisor) == {"For somebody to verify"}
    assert shown(fitter) == {request_made.title}
    assert shown(cast.sibling_supervisor) == set()


def test_lists_filter_and_export(cast: Cast, add: Make, case: Case, clock: Any) -> None:
    add(title="From a case", source=case, kind="preventive")
    add(title="Overdue soon", due_at=MORNING + timedelta(hours=1), owner=cast.guard)
    clock.move_to(MORNING + timedelta(hours=2))
    client = signed_in(cast.supervisor)

    def found(query: str) -> set[str]:
        page = client.get(f"/actions/items/?{query}").content.decode()
        return {title for title in ("From a case", "Overdue soon") if title in page}

    assert found("overdue=yes") == {"Overdue soon"}
    assert found("source=incidents.case") == {"From a case"}
    assert found(f"owner={cast.guard.pk}") == {"Overdue soon"}
    assert found("kind=preventive") == {"From a case"}
    assert found("status=done") == set()
    assert found("sort=-priority") == {"From a case", "Overdue soon"}
    assert found(f"first={(MORNING + WEEK).date()}") == {"From a case"}
    assert "AC20261125-0001" in b"".join(client.get("/actions/items/?export=csv")).decode("utf-8-sig")


def test_a_request_goes_its_way_on_the_pages(
    cast: Cast, site: Site, security: Department, engineering: Department, fitter: Person, clock: Any
) -> None:
    client, theirs = signed_in(cast.shift_leader), signed_in(fitter)
    sent = {
        "title": "Light the back stairs",
        "kind": "repair",
        "urgency": "high",
        "from_department": security.pk,
        "to_department": engineering.pk,
        "due_at": "2026-11-26T18:00",
    }
    wrong = client.post("/actions/requests/add/", sent | {"to_department": ""})
    assert wrong.status_code == 422
    answer = client.post("/actions/requests/add/", sent)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    page = answer["Location"]
    for number, (who, act, body) in enumerate(
        [
            (theirs, "accept", {}),
            (theirs, "start", {}),
            (theirs, "deliver", {"delivery": "Two lamps replaced"}),
            (client, "return", {"reason": "One flickers"}),
            (theirs, "deliver", {"delivery": "Ballast replaced"}),
            (client, "confirm", {"note": "Bright again"}),
        ],
        start=1,
    ):
        assert f"{page}{act}/" in who.get(page).content.decode()
        done = who.post(f"{page}{act}/", {"version": number, **body})
        assert done.status_code == 302, done.content.decode()[:2000]
    assert CollaborationRequest.objects.get().status == "confirmed"
