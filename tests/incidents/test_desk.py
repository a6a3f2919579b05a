"""My work, board, plan, calendar, time in states, acts on several cases, mentions."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from core.clock import now
from core.models import Notification
from incidents.models import Case, CaseEntry, CaseStatus, Extension, Mention
from incidents.selectors import board, calendar, mine, places, waiting
from incidents.services import bulk
from incidents.services.handling import add_note, assign_case
from incidents.services.mentioning import colleagues, people_named
from incidents.services.prioritising import change_priority
from incidents.services.steps import take_step
from organization.models import Site
from tests.conftest import Cast
from tests.incidents.factories import CaseFactory
from tests.organization.factories import ZoneFactory

SQUARE = [[0.1, 0.1], [0.5, 0.1], [0.5, 0.5], [0.1, 0.5]]


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def done(status: str = "closed", state: str = "closed") -> dict[str, Any]:
    return {"status": status, "state": state, "resolved_at": now(), "closed_at": now()}


class TestMyWork:
    def test_what_is_mine_waits_least_time_first(self, cast: Cast, site: Site) -> None:
        later = CaseFactory.create(site=site, assigned_to=cast.guard, due_at=now() + timedelta(hours=5))
        sooner = CaseFactory.create(site=site, assigned_to=cast.guard, due_at=now() + timedelta(hours=1))
        CaseFactory.create(site=site, assigned_to=cast.guard, **done())
        CaseFactory.create(site=site, assigned_to=cast.other_guard)
        assert mine.assigned(cast.guard) == [sooner, later]

    def test_only_steps_my_roles_take_wait_for_me(self, cast: Cast, site: Site, sibling_site: Site) -> None:
        submitted = CaseFactory.create(site=site, kind="violation", state="submitted")
        CaseFactory.create(site=sibling_site, kind="violation", state="submitted")
        assert mine.waiting(cast.supervisor) == [submitted]
        assert mine.waiting(cast.shift_leader) == []  # a superior approves
        assert mine.waiting(cast.guard) == []
        assert mine.waiting(cast.auditor) == []
        assert submitted in mine.waiting(cast.company_manager)

    def test_what_somebody_else_was_given_to_do_does_not_wait_for_me(self, cast: Cast, site: Site) -> None:
        case = CaseFactory.create(site=site, kind="hazard", state="planned")
        assert mine.waiting(cast.shift_leader) == [case]
        assign_case(user=cast.supervisor, case_id=case.pk, version=1, person=cast.facility_engineer)
        assert mine.waiting(cast.shift_leader) == []
        assert mine.assigned(cast.facility_engineer) == [case]

    def test_a_mention_waits_until_the_person_adds_to_the_case(self, cast: Cast, site: Site) -> None:
        case = CaseFactory.create(site=site)
        add_note(user=cast.guard, case_id=case.pk, text=f"@{cast.supervisor.name} please look")
        assert [one.entry.case for one in mine.mentions(cast.supervisor)] == [case]
        assert b"please look" in signed_in(cast.supervisor).get(reverse("incidents:mine")).content
        with time_machine.travel(now() + timedelta(minutes=1)):
            add_note(user=cast.supervisor, case_id=case.pk, text="Seen")
        assert mine.mentions(cast.supervisor) == []


class TestMentions:
    def test_by_name_or_staff_number_and_each_once(self, cast: Cast, site: Site) -> None:
        text = f"@{cast.guard.staff_number}，请与@Shift Leader和 @{cast.guard.name} 一起处理 @nobody"
        assert people_named(text, site) == [cast.guard, cast.shift_leader]
        assert people_named(f"@{cast.guard.staff_number}7", site) == []

    def test_who_cannot_see_the_case_is_not_told(self, cast: Cast, site: Site) -> None:
        case = CaseFactory.create(site=site)
        add_note(
            user=cast.guard, case_id=case.pk, text=f"@{cast.sibling_guard.name} @{cast.company_manager.name}"
        )
        assert [one.person for one in Mention.objects.all()] == [cast.company_manager]
        told = Notification.objects.filter(kind="incidents.case_mentioned")
        assert [one.recipient for one in told] == [cast.company_manager]

    def test_a_message_to_the_resident_names_nobody(self, cast: Cast, site: Site) -> None:
        case = CaseFactory.create(site=site)
        add_note(user=cast.supervisor, case_id=case.pk, text=f"@{cast.guard.name}", is_internal=False)
        assert not Mention.objects.exists()

    def test_names_are_completed_for_who_may_note(self, cast: Cast, site: Site) -> None:
        assert cast.shift_leader in colleagues(site, "shift")
        case = CaseFactory.create(site=site)
        url = reverse("incidents:case_people", args=[case.pk])
        found = signed_in(cast.guard).get(url, {"q": "Superv"}).json()["people"]
        assert [one["name"] for one in found] == ["Supervisor"]
        assert signed_in(cast.auditor).get(url).status_code == 403
        assert signed_in(cast.foreign_guard).get(url).status_code == 404


class TestBoard:
    def test_columns_are_states_with_the_gravest_on_top(self, cast: Cast, site: Site) -> None:
        routine = CaseFactory.create(site=site, kind="hazard")
        grave = CaseFactory.create(site=site, kind="hazard", priority="P1")
        CaseFactory.create(site=site, kind="hazard", **done())
        columns = board.columns_of(Case.objects.visible_to(cast.guard), "hazard")
        assert [column.state.code for column in columns] == [
            "found",
            "assessed",
            "planned",
            "rectifying",
            "rectified",
            "verified",
        ]
        assert columns[0].cases == [grave, routine]
        assert not columns[0].has_more

    def test_a_long_column_leads_to_its_list(self, cast: Cast, site: Site) -> None:
        CaseFactory.create_batch(board.MOST + 1, site=site, kind="hazard")
        page = signed_in(cast.supervisor).get(reverse("incidents:board"), {"kind": "hazard"}).content.decode()
        assert f"{board.MOST}+" in page
        assert "state=hazard.found" in page

    def test_filters_stand_in_the_address(self, cast: Cast, site: Site) -> None:
        CaseFactory.create(site=site, kind="hazard", title="Mine", assigned_to=cast.supervisor)
        CaseFactory.create(site=site, kind="hazard", title="Theirs")
        url = reverse("incidents:board")
        page = signed_in(cast.supervisor).get(url, {"kind": "hazard", "assigned": "me"}).content.decode()
        assert "Mine" in page
        assert "Theirs" not in page


class TestPlaces:
    def test_open_cases_lie_in_their_zones_and_late_ones_are_red(self, cast: Cast, site: Site) -> None:
        zone = ZoneFactory.create(site=site, polygon=SQUARE)
        CaseFactory.create(site=site, zone=zone, due_at=now() - timedelta(hours=1))
        nowhere = CaseFactory.create(site=site)
        placed = places.open_on_plan(cast.guard, site)
        [point] = placed.plan.points_source
        assert (round(point.x, 2), round(point.y, 2), point.tone) == (0.3, 0.3, "danger")
        assert placed.placeless == [nowhere]

    def test_heat_counts_by_local_hour_and_every_cell_opens_its_cases(self, cast: Cast, site: Site) -> None:
        zone = ZoneFactory.create(site=site, polygon=SQUARE)
        at = now().replace(hour=1, minute=5)  # 09:05 in Shanghai
        if at > now():
            at -= timedelta(days=1)
        for _n in range(3):
            CaseFactory.create(site=site, zone=zone, reported_at=at)
        CaseFactory.create(site=site, reported_at=at)
        heat = places.heat(cast.guard, site, 30)
        assert heat.total == 4
        cell = heat.lines[0].cells[9]
        assert (heat.lines[0].zone, cell.count, cell.heat) == (zone, 3, 5)
        listed = signed_in(cast.guard).get(cell.url).context["table"]
        assert len(listed.page.object_list) == 3
        nowhere = signed_in(cast.guard).get(heat.lines[-1].cells[9].url).context["table"]
        assert len(nowhere.page.object_list) == 1


def test_the_calendar_shows_due_dates_and_wished_extensions(cast: Cast, site: Site) -> None:
    moment = now()
    case = CaseFactory.create(site=site, due_at=moment + timedelta(days=1))
    Extension.objects.create(
        case=case, until=moment + timedelta(days=3), reason="Parts", asked_by=cast.guard, asked_at=moment
    )
    first = (moment - timedelta(days=moment.weekday() + 1)).date()
    found = calendar.weeks(
        cast.guard, first=first, many=3, month=None, zone=site.zone_info, moment=moment, site_id=None
    )
    dues = [(due.is_asked, due.is_late) for week in found for day in week for due in day.dues]
    assert dues == [(False, False), (True, False)]
    for view in ("month", "week"):
        assert (
            signed_in(cast.guard)
            .get(reverse("incidents:calendar"), {"view": view, "day": "2026-13-99"})
            .status_code
            == 200
        )


@pytest.mark.requirement("R054")
def test_time_in_each_state_is_measured_and_opens_its_rows(cast: Cast, site: Site) -> None:
    begin = now() - timedelta(hours=10)
    for hours in (1, 2, 9):
        with time_machine.travel(begin, tick=False):
            case = CaseFactory.create(site=site, kind="hazard", reported_at=begin, state_since=begin)
            CaseEntry.objects.create(case=case, kind="opened", at=begin, to_state="found")
        with time_machine.travel(begin + timedelta(hours=hours), tick=False):
            take_step(user=cast.supervisor, case_id=case.pk, step="fix", values={"resolution": "Done"})
    found = {one.state.code: one for one in waiting.time_in_states([site.pk], ["hazard"], begin)}
    first = found["found"]
    assert (first.left, first.median) == (3, timedelta(hours=2))
    assert first.p90 == timedelta(hours=7, minutes=36)
    assert found["rectified"].here == 3
    stays = waiting.longest_stays(cast.guard, [site.pk], "hazard", "found", begin)
    assert [stay.length for stay in stays] == [timedelta(hours=h) for h in (9, 2, 1)]
    assert waiting.longest_stays(cast.foreign_guard, [site.pk], "hazard", "found", begin) == []
    page = signed_in(cast.guard).get(reverse("incidents:waiting"), {"kind": "hazard"}).content.decode()
    assert reverse("incidents:stays", args=["hazard", "found"]) in page


class TestSeveral:
    def test_each_case_stands_for_itself(self, cast: Cast, site: Site, sibling_site: Site) -> None:
        fresh, stale, over, hidden = (
            CaseFactory.create(site=site),
            CaseFactory.create(site=site),
            CaseFactory.create(site=site, **done()),
            CaseFactory.create(site=sibling_site),
        )
        Case.objects.filter(pk=stale.pk).update(version=2)
        outcomes = bulk.run(
            user=cast.supervisor,
            act="assign",
            seen=[(case.pk, 1) for case in (stale, hidden, over, fresh)],
            values={"person": cast.guard},
        )
        assert [one.result for one in outcomes] == ["stale", "refused", "impossible", "done"]
        fresh.refresh_from_db()
        assert fresh.assigned_to == cast.guard

    def test_who_may_not_change_is_refused(self, cast: Cast, site: Site) -> None:
        case = CaseFactory.create(site=site)
        [one] = bulk.run(user=cast.guard, act="priority", seen=[(case.pk, 1)], values={"priority": "P1"})
        assert one.result == "refused"
        with pytest.raises(ValidationError):
            bulk.run(
                user=cast.supervisor, act="note", seen=[(n, 1) for n in range(101)], values={"text": "x"}
            )

    def test_the_page_names_what_changes_and_says_how_it_went(self, cast: Cast, site: Site) -> None:
        keep, double = (
            CaseFactory.create(site=site, title="Keep"),
            CaseFactory.create(site=site, title="Double"),
        )
        client, url = signed_in(cast.supervisor), reverse("incidents:cases_bulk")
        chosen = [f"{keep.pk}:1", f"{double.pk}:1", "x:y", "999999999999:1"]
        page = client.get(url, {"act": "merge", "case": chosen}).content.decode()
        assert "Keep" in page
        assert "Double" in page
        answer = client.post(url, {"act": "merge", "case": chosen, "original_id": keep.pk})
        assert answer.status_code == 200
        double.refresh_from_db()
        assert (double.status, double.duplicate_of) == (CaseStatus.VOID, keep)
        again = client.post(url, {"act": "note", "case": chosen, "text": ""})
        assert b"Keep" in again.content
        assert client.get(url).status_code == 302


def test_another_priority_is_given_with_its_reason_and_never_the_same_twice(cast: Cast, site: Site) -> None:
    named = now() + timedelta(days=1)
    case = CaseFactory.create(site=site, due_at=named)
    grave = change_priority(user=cast.supervisor, case_id=case.pk, version=1, priority="P1", note="Children")
    assert (grave.priority, grave.due_at) == ("P1", named)
    assert case.entries.filter(code="priority", text="P3 → P1. Children").exists()
    with pytest.raises(ValidationError):
        change_priority(user=cast.supervisor, case_id=case.pk, version=2, priority="P1")


class TestList:
    def test_pages_are_read_by_place_and_nothing_is_lost_or_doubled(self, cast: Cast, site: Site) -> None:
        at = now() - timedelta(days=1)
        made = [CaseFactory.create(site=site, reported_at=at - timedelta(minutes=n // 3)) for n in range(120)]
        client, url = signed_in(cast.supervisor), reverse("incidents:cases")
        seen, address = [], url
        while address:
            table = client.get(address).context["table"]
            seen.append([row.record.pk for row in table.page.object_list])
            address = url + table.keyset.next if table.keyset.next else ""
        assert [len(page) for page in seen] == [50, 50, 20]
        assert {key for page in seen for key in page} == {case.pk for case in made}
        back = client.get(url + table.keyset.previous).context["table"]
        assert [row.record.pk for row in back.page.object_list] == seen[1]
        first = client.get(url + back.keyset.previous).context["table"]
        assert [row.record.pk for row in first.page.object_list] == seen[0]
        assert first.keyset.previous == ""
        assert client.get(url, {"after": "nonsense"}).status_code == 200

    def test_no_offset_and_no_count_on_the_way(
        self, cast: Cast, site: Site, django_assert_max_num_queries: Any
    ) -> None:
        CaseFactory.create_batch(60, site=site)
        client, url = signed_in(cast.supervisor), reverse("incidents:cases")
        follow = client.get(url).context["table"].keyset.next
        with django_assert_max_num_queries(20) as asked:
            client.get(url + follow)
        statements = [
            one["sql"].upper() for one in asked.captured_queries if "INCIDENTS_CASE" in one["sql"].upper()
        ]
        assert statements
        assert not any("OFFSET" in one or "COUNT(" in one for one in statements)

    def test_filters(self, cast: Cast, site: Site) -> None:
        zone = ZoneFactory.create(site=site)
        fire = CaseFactory.create(
            site=site, kind="incident", category="002", zone=zone, source="phone", facts={"level": 2}
        )
        CaseFactory.create(
            site=site, kind="hazard", assigned_to=cast.guard, due_at=now() - timedelta(hours=1)
        )
        client, url = signed_in(cast.supervisor), reverse("incidents:cases")
        today = now().astimezone(site.zone_info).date()
        asked: tuple[tuple[dict[str, Any], int], ...] = (
            ({"category": "incident.002"}, 1), ({"state": "hazard.found"}, 1), ({"level": 2}, 1), ({"source": "phone"}, 1),
            ({"zone": zone.pk}, 1), ({"assigned": "nobody"}, 1), ({"assigned": "me"}, 0), ({"person": cast.guard.pk}, 1),
            ({"overdue": "yes"}, 1), ({"photos": "yes"}, 0), ({"photos": "no"}, 2), ({"first": today}, 2),
            ({"last": today - timedelta(days=2)}, 0), ({"status": "open"}, 2), ({"q": fire.title[:4]}, 2),
        )  # fmt: skip
        for parameters, count in asked:
            table = client.get(url, parameters).context["table"]
            assert len(table.page.object_list) == count, parameters

    def test_the_file_has_the_state_in_words(self, cast: Cast, site: Site) -> None:
        CaseFactory.create(site=site, kind="hazard")
        file: Any = signed_in(cast.supervisor).get(reverse("incidents:cases"), {"export": "csv"})
        text = b"".join(file.streaming_content).decode()
        assert "Found" in text
        assert "checkbox" not in text
