"""What phones hand in about cases: late, twice, out of order, after the case has moved on; no word is lost."""

import itertools
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from collaboration.models import CollaborationRequest
from core.clock import now
from core.ids import uuid7
from core.models import Quarantine
from incidents.models import Case, Dispatch
from incidents.selectors.reading import timeline
from incidents.services.dispatching import send as dispatch_to
from incidents.services.dispatching import withdraw
from incidents.services.steps import take_step
from organization.models import Person, Site
from tests.conftest import Cast
from tests.core import pictures, recordings
from tests.core.operations import operation, receipts, send
from tests.core.test_uploads import upload
from tests.incidents.factories import CaseFactory
from tests.incidents.test_limits import MINUTE
from tests.organization.factories import DepartmentFactory


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def phone(cast: Cast) -> Client:
    """The guard's phone."""
    return signed_in(cast.guard)


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def case(cast: Cast, site: Site) -> Case:
    """A repair somebody waits for."""
    return CaseFactory.create(
        site=site,
        kind="service_request",
        state="submitted",
        reported_at=now() - 20 * MINUTE,
        facts={"is_repair": False},
    )


@pytest.fixture
def sent(cast: Cast, case: Case) -> Dispatch:
    """The guard was sent."""
    return dispatch_to(user=cast.supervisor, case_id=case.pk, person=cast.guard)


def made(
    person: Person, kind: str, body: dict[str, Any], ago: Any = MINUTE, **changes: Any
) -> dict[str, Any]:
    """An operation made so long ago."""
    moment = now() - ago
    return operation(
        person, id=str(uuid7(moment)), kind=kind, body=body, made_at=moment.isoformat(), **changes
    )


def outcome(response: Any, op: dict[str, Any]) -> tuple[str, list[str]]:
    """What a phone is told of an operation."""
    receipt = receipts(response)[op["id"]]
    return receipt["outcome"], [code for code in receipt["reasons"] if not code.startswith("clock")]


def lines(case: Case) -> list[tuple[str, str]]:
    """The timeline's titles and texts."""
    return [(event.title, event.text) for event in timeline(case)]


def steps_of(sent: Dispatch, person: Person) -> list[dict[str, Any]]:
    """The way of somebody who was sent, five to two minutes ago."""
    body = {"case_id": sent.case_id, "dispatch_id": sent.pk}
    events = ("accept", "leave", "arrive", "finish")
    return [
        made(person, "incidents.dispatch", body | {"event": event}, (5 - n) * MINUTE)
        for n, event in enumerate(events)
    ]


@pytest.mark.fault("F47")
@pytest.mark.parametrize("order", list(itertools.permutations(range(4)))[::5])
def test_in_whatever_order_and_however_often_it_arrives_it_is_the_same(
    cast: Cast, phone: Client, sent: Dispatch, order: tuple[int, ...]
) -> None:
    operations = steps_of(sent, cast.guard)
    for number in order:
        assert outcome(send(phone, operations[number]), operations[number]) == ("accepted", [])
    for _again in range(2):
        again = receipts(send(phone, *operations))
        assert {receipt["outcome"] for receipt in again.values()} == {"accepted"}
    sent.refresh_from_db()
    moments = [op["made_at"] for op in operations]
    assert sent.state == "done"
    assert sent.accepted_at is not None
    assert abs((sent.accepted_at.timestamp()) - _at(moments[0])) < 2
    sent.case.refresh_from_db()
    assert sent.case.arrived_at is not None
    assert abs(sent.case.arrived_at.timestamp() - _at(moments[2])) < 2, "judged by the phone's corrected time"
    assert sent.case.entries.filter(code__startswith="dispatch.").count() == 5


def _at(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


@pytest.mark.fault("F47")
def test_photo_and_voice_of_an_arrival_stand_beside_its_line(
    cast: Cast, phone: Client, sent: Dispatch
) -> None:
    photo, voice = pictures.jpeg(), recordings.webm(4)
    hashes = [pictures.digest(photo), pictures.digest(voice)]
    body = {"case_id": sent.case_id, "dispatch_id": sent.pk, "event": "arrive", "note": "Water on the floor"}
    op = made(cast.guard, "incidents.dispatch", body, photos=hashes)
    assert set(send(phone, op).json()["need"]) == set(hashes)
    upload(phone, photo)
    upload(phone, voice)
    [event] = [event for event in timeline(sent.case) if event.title == "On site"]
    assert sorted(file.blob.media_type for file in event.files) == ["audio/webm", "image/jpeg"]
    page = signed_in(cast.supervisor).get(f"/cases/{sent.case_id}/timeline/").content.decode()
    assert "<audio" in page
    assert "Water on the floor" in page


@pytest.mark.fault("F46")
@pytest.mark.fault("F47")
def test_after_a_recall_the_receipt_says_so_and_the_words_stay(
    cast: Cast, phone: Client, sent: Dispatch
) -> None:
    withdraw(user=cast.supervisor, case_id=sent.case_id, dispatch_id=sent.pk)
    body = {
        "case_id": sent.case_id,
        "dispatch_id": sent.pk,
        "event": "arrive",
        "note": "Pipe burst, valve shut",
    }
    op = made(cast.guard, "incidents.dispatch", body)
    assert outcome(send(phone, op), op) == ("flagged", ["dispatch_ended"])
    assert outcome(send(phone, op), op) == ("flagged", ["dispatch_ended"])
    assert ("On site, after it had ended", "Pipe burst, valve shut") in lines(sent.case)


class TestSteps:
    def test_a_step_with_its_demanded_words(self, cast: Cast, phone: Client, sent: Dispatch) -> None:
        Case.objects.filter(pk=sent.case_id).update(state="accepted")
        body = {
            "case_id": sent.case_id,
            "step": "finish",
            "values": {"resolution": "Valve replaced"},
            "shown": {"resolution": ""},
        }
        op = made(cast.guard, "incidents.step", body)
        assert outcome(send(phone, op), op) == ("accepted", [])
        case = Case.objects.get(pk=sent.case_id)
        assert (case.state, case.resolution, case.resolved_by) == ("done", "Valve replaced", cast.guard)

    @pytest.mark.fault("F46")
    @pytest.mark.fault("F47")
    def test_when_the_case_has_moved_on_the_words_become_a_note(
        self, cast: Cast, phone: Client, sent: Dispatch
    ) -> None:
        Case.objects.filter(pk=sent.case_id).update(state="accepted")
        take_step(
            user=cast.supervisor,
            case_id=sent.case_id,
            step="finish",
            values={"resolution": "Done by the desk"},
        )
        body = {
            "case_id": sent.case_id,
            "step": "finish",
            "values": {"resolution": "I shut the valve", "cause": "Old seal"},
        }
        op = made(cast.guard, "incidents.step", body)
        for _time in range(2):
            assert outcome(send(phone, op), op) == ("flagged", ["moved_on"])
        case = Case.objects.get(pk=sent.case_id)
        assert case.resolution == "Done by the desk"
        notes = [text for title, text in lines(case) if title.startswith("Handed in later")]
        assert len(notes) == 1
        assert "I shut the valve" in notes[0]
        assert "Old seal" in notes[0]

    @pytest.mark.fault("F46")
    def test_two_who_wrote_into_one_field_are_both_kept(
        self, cast: Cast, phone: Client, sent: Dispatch
    ) -> None:
        Case.objects.filter(pk=sent.case_id).update(state="accepted", cause="A leak above")
        body = {
            "case_id": sent.case_id, "step": "finish",
            "values": {"resolution": "Dried", "cause": "Old seal"}, "shown": {"resolution": "", "cause": ""},
        }  # fmt: skip
        op = made(cast.guard, "incidents.step", body)
        assert outcome(send(phone, op), op) == ("flagged", ["merged"])
        assert Case.objects.get(pk=sent.case_id).cause == "A leak above\nOld seal"

    @pytest.mark.fault("F46")
    def test_what_cannot_be_joined_stays_and_the_phones_word_is_told(
        self, cast: Cast, phone: Client, sent: Dispatch
    ) -> None:
        case = Case.objects.get(pk=sent.case_id)
        case.request.needs_visit = False
        case.request.save()
        body = {
            "case_id": case.pk, "step": "accept", "values": {"facts.needs_visit": True, "note": "I go"},
            "shown": {"facts.needs_visit": True},
        }  # fmt: skip
        op = made(cast.guard, "incidents.step", body)
        # True was shown and True was typed, so nothing was changed on the phone; False was set meanwhile
        assert outcome(send(phone, op), op)[0] == "flagged"
        case = Case.objects.get(pk=sent.case_id)
        assert (case.state, case.request.needs_visit) == ("accepted", False)

    def test_a_demanded_field_left_empty_changes_nothing_and_keeps_the_rest(
        self, cast: Cast, phone: Client, sent: Dispatch
    ) -> None:
        Case.objects.filter(pk=sent.case_id).update(state="accepted")
        op = made(
            cast.guard,
            "incidents.step",
            {"case_id": sent.case_id, "step": "finish", "values": {"cause": "Old seal"}},
        )
        assert outcome(send(phone, op), op) == ("flagged", ["not_taken"])
        assert Case.objects.get(pk=sent.case_id).state == "accepted"
        assert any("Old seal" in text for _title, text in lines(sent.case))

    def test_an_untouched_checkbox_is_left_as_it_stands(
        self, cast: Cast, phone: Client, sent: Dispatch
    ) -> None:
        op = made(
            cast.guard,
            "incidents.step",
            {"case_id": sent.case_id, "step": "accept", "values": {"note": "On it"}},
        )
        assert outcome(send(phone, op), op) == ("accepted", [])
        assert Case.objects.get(pk=sent.case_id).request.needs_visit is True

    @pytest.mark.requirement("R003")
    def test_a_dispute_is_mediated_on_the_spot_from_the_phone(self, cast: Cast, site: Site) -> None:
        case = CaseFactory.create(
            site=site, kind="complaint", category="005", state="acknowledged", facts={"is_dispute": True}
        )
        phone = signed_in(cast.shift_leader)
        asked = next(
            step
            for step in phone.get("/api/v1/phone/bundle/").json()["cases"][0]["steps"]
            if step["code"] == "mediate"
        )
        assert [(field["path"], field["demanded"]) for field in asked["fields"]] == [("facts.parties", True)]
        first = made(
            cast.shift_leader, "incidents.step",
            {"case_id": case.pk, "step": "mediate", "values": {"facts.parties": "Units 301 and 402"}}, 9 * MINUTE,
        )  # fmt: skip
        record = {"facts.mediation": "Both agreed on quiet hours from ten", "facts.reply": "Settled"}
        second = made(
            cast.shift_leader, "incidents.step", {"case_id": case.pk, "step": "mediated", "values": record}
        )
        told = receipts(send(phone, first, second))
        assert {receipt["outcome"] for receipt in told.values()} == {"accepted"}
        case.refresh_from_db()
        assert (case.state, case.complaint.mediation) == ("replied", "Both agreed on quiet hours from ten")
        assert case.complaint.mediated_at is not None
        assert abs(case.complaint.mediated_at.timestamp() - _at(second["made_at"])) < 2

    def test_a_step_of_another_release_becomes_a_note(
        self, cast: Cast, phone: Client, sent: Dispatch
    ) -> None:
        body = {
            "case_id": sent.case_id,
            "step": "no_such",
            "values": {"no.such": "Words", "facts.nothing": "More"},
        }
        op = made(cast.guard, "incidents.step", body)
        assert outcome(send(phone, op), op) == ("flagged", ["moved_on"])
        [kept] = [text for title, text in lines(sent.case) if title.startswith("Handed in later")]
        assert "Words" in kept
        assert "More" in kept


def test_a_call_for_help_outside_is_an_act_with_its_moment(cast: Cast, phone: Client, site: Site) -> None:
    case = CaseFactory.create(site=site, kind="incident")
    op = made(cast.guard, "incidents.act", {"case_id": case.pk, "act": "call_119", "values": {}}, 7 * MINUTE)
    assert outcome(send(phone, op), op) == ("accepted", [])
    case.incident.refresh_from_db()
    assert case.incident.external_called_at is not None
    assert abs(case.incident.external_called_at.timestamp() - _at(op["made_at"])) < 2


def test_an_act_of_another_release_keeps_its_words(cast: Cast, phone: Client, case: Case) -> None:
    op = made(
        cast.guard, "incidents.act", {"case_id": case.pk, "act": "no_such", "values": {"note": "Smoke"}}
    )
    assert outcome(send(phone, op), op) == ("flagged", ["not_taken"])
    assert any("Smoke" in text for _title, text in lines(case))


def test_notes_are_added_even_to_a_closed_case_and_never_twice(cast: Cast, phone: Client, site: Site) -> None:
    case = CaseFactory.create(site=site, state="closed", resolved_at=now(), closed_at=now())
    op = made(cast.guard, "incidents.note", {"case_id": case.pk, "text": "One more thing"})
    for _time in range(3):
        assert outcome(send(phone, op), op) == ("accepted", [])
    assert case.entries.filter(text="One more thing").count() == 1


def test_help_of_another_department_has_its_own_clock_and_stands_in_the_timeline(
    cast: Cast, phone: Client, site: Site, case: Case
) -> None:
    DepartmentFactory.create(company=site.company, site=site, name="Security")
    engineering = DepartmentFactory.create(company=site.company, site=None, name="Engineering")
    body = {
        "case_id": case.pk,
        "department_id": engineering.pk,
        "kind": "repair",
        "text": "Main valve",
        "within_minutes": 30,
    }
    op = made(cast.guard, "incidents.help", body, 2 * MINUTE)
    for _time in range(2):
        assert outcome(send(phone, op), op) == ("accepted", [])
    request = CollaborationRequest.objects.get()
    assert (request.to_department, request.from_department.name, request.kind) == (
        engineering,
        "Security",
        "repair",
    )
    assert abs((request.due_at - now()).total_seconds() - 28 * 60) < 5
    assert ("Another department asked for help", f"Engineering · {request.number}\nMain valve") in lines(case)


def test_foreign_cases_and_departments_go_into_quarantine_and_tell_nothing(
    cast: Cast, phone: Client, case: Case, sibling_site: Site, foreign_site: Site
) -> None:
    for site in (sibling_site, foreign_site):
        other = CaseFactory.create(site=site, kind="incident")
        for kind, body in (
            ("incidents.note", {"text": "x"}),
            ("incidents.step", {"step": "confirm"}),
            ("incidents.act", {"act": "call_119"}),
            ("incidents.dispatch", {"dispatch_id": 1, "event": "accept"}),
            ("incidents.help", {"department_id": 1}),
        ):
            op = made(cast.guard, kind, {"case_id": other.pk, **body})
            assert outcome(send(phone, op), op) == ("quarantined", ["unknown"]), kind
        assert not other.entries.exists()
    assert set(Quarantine.objects.values_list("site_id", flat=True)) == {sibling_site.pk, None}
    op = made(cast.guard, "incidents.help", {"case_id": case.pk, "department_id": 2**40})
    assert outcome(send(phone, op), op) == ("quarantined", ["unknown"])


@pytest.mark.parametrize("kind", ["dispatch", "note", "step", "act", "help"])
def test_a_body_that_does_not_fit_is_kept_aside(cast: Cast, phone: Client, kind: str) -> None:
    op = made(cast.guard, f"incidents.{kind}", {"case_id": "one"})
    assert outcome(send(phone, op), op) == ("quarantined", ["malformed"])


class TestBundle:
    @pytest.fixture
    def bundle(self, phone: Client) -> Any:
        return lambda: phone.get("/api/v1/phone/bundle/").json()

    def test_my_case_comes_first_with_what_i_may_do(
        self, cast: Cast, site: Site, sent: Dispatch, bundle: Any
    ) -> None:
        CaseFactory.create(site=site, priority="P1")
        found = bundle()
        mine, other = found["cases"]
        assert (mine["id"], mine["is_mine"], other["is_mine"]) == (sent.case_id, True, False)
        assert mine["dispatch"]["next"] == "accept"
        [step] = [step for step in mine["steps"] if step["code"] == "accept"]
        kinds = {field["path"]: field["kind"] for field in step["fields"]}
        assert kinds == {
            "assigned_to": "person", "facts.is_repair": "check", "facts.needs_visit": "check",
            "facts.appointment_at": "datetime", "note": "note",
        }  # fmt: skip
        assert {"value": str(cast.guard.pk), "label": "Guard"} in found["people"]
        assert [line["title"] for line in mine["lines"]] == ["Sent"]

    def test_choices_are_carried_once_and_calls_are_at_hand(self, cast: Cast, site: Site) -> None:
        for _n in range(3):
            CaseFactory.create(site=site, kind="incident")
        found = signed_in(cast.supervisor).get("/api/v1/phone/bundle/").json()
        assert {"incident.category", "incident.facts.level"} <= set(found["case_choices"])
        [first, *_rest] = found["cases"]
        assert {act["call"] for act in first["acts"]} >= {"119", "110", "120"}
        confirm = next(step for step in first["steps"] if step["code"] == "confirm")
        level = next(field for field in confirm["fields"] if field["path"] == "facts.level")
        assert (level["kind"], level["demanded"], level["choices"]) == (
            "choice",
            True,
            "incident.facts.level",
        )

    def test_a_residents_name_and_number_only_for_those_who_may(
        self, cast: Cast, site: Site, bundle: Any
    ) -> None:
        CaseFactory.create(site=site, reporter_name="Mrs Chen", reporter_phone="13800000000")
        assert "Mrs Chen" not in str(bundle())
        assert "13800000000" in str(signed_in(cast.supervisor).get("/api/v1/phone/bundle/").json())

    def test_nothing_of_other_sites_nothing_closed(
        self, cast: Cast, site: Site, sibling_site: Site, foreign_site: Site, bundle: Any
    ) -> None:
        for place in (sibling_site, foreign_site):
            CaseFactory.create(site=place, title="CANARY")
        CaseFactory.create(site=site, state="closed", resolved_at=now(), closed_at=now(), title="CANARY")
        assert bundle()["cases"] == []

    def test_the_number_of_queries_does_not_grow(self, cast: Cast, site: Site) -> None:
        client = signed_in(cast.supervisor)

        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                assert client.get("/api/v1/phone/bundle/").status_code == 200
            return len(captured)

        for kind in ("incident", "hazard", "violation", "service_request", "complaint"):
            case = CaseFactory.create(site=site, kind=kind)
            dispatch_to(user=cast.supervisor, case_id=case.pk, person=cast.guard)
        few = queries()
        for kind in ("incident", "hazard", "violation", "service_request", "complaint"):
            case = CaseFactory.create(site=site, kind=kind)
            dispatch_to(user=cast.supervisor, case_id=case.pk, person=cast.other_guard)
        assert queries() == few
