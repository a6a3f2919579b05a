"""Who is on which post when: shifts, overlaps, gaps, copied weeks, staffing."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from organization.models import Membership, Person, Site
from rosters import selectors
from rosters.coverage import local_day
from rosters.models import Post, Shift
from rosters.services import roster
from tests.conftest import Cast
from tests.organization.factories import ZoneFactory
from tests.rosters.factories import PostFactory

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 16)
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def gate(site: Site) -> Post:
    """A gate staffed around the clock."""
    return PostFactory.create(site=site, name="Main gate")


def hour(of_day: float, day: date = MONDAY, zone: ZoneInfo = SHANGHAI) -> datetime:
    """A wall time of the site as an instant."""
    return datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(hours=of_day)


def put(actor: Person, post: Post, person: Person, start: float, end: float, day: date = MONDAY) -> Shift:
    """A shift by the wall clock."""
    return roster.add_shift(
        actor=actor, post=post, person=person, starts_at=hour(start, day), ends_at=hour(end, day)
    )


@pytest.mark.requirement("R056")
def test_a_week_shows_who_is_on_post_and_where_nobody_is(client: Client, cast: Cast, gate: Post) -> None:
    for offset in range(7):
        put(cast.shift_leader, gate, cast.guard, 0, 12, MONDAY + timedelta(days=offset))
    (row,) = selectors.week_of(gate.site, MONDAY)
    assert [[gap.length for gap in cell.gaps] for cell in row.days] == [[timedelta(hours=12)]] * 7
    assert [len(cell.shifts) for cell in row.days] == [1] * 7
    client.force_login(cast.guard)
    page = client.get(f"/rosters/?week={MONDAY}")
    assert page.context["gap_count"] == 7
    assert cast.guard.name in page.content.decode()
    for offset in range(7):
        put(cast.shift_leader, gate, cast.other_guard, 12, 24, MONDAY + timedelta(days=offset))
    assert client.get(f"/rosters/?week={MONDAY}").context["gap_count"] == 0


def test_one_person_is_on_one_post_at_a_time(cast: Cast, gate: Post, site: Site) -> None:
    other = PostFactory.create(site=site)
    put(cast.shift_leader, gate, cast.guard, 8, 16)
    for start, end in ((8, 16), (15, 20), (0, 9), (10, 11), (0, 23)):
        with pytest.raises(ValidationError) as refused:
            put(cast.shift_leader, other, cast.guard, start, end)
        assert "Main gate" in str(refused.value)
    assert put(cast.shift_leader, other, cast.guard, 16, 20).pk, "shifts may touch"
    assert put(cast.shift_leader, other, cast.other_guard, 8, 16).pk


@pytest.mark.parametrize(("start", "end"), [(8, 8), (8, 7), (0, 24.5)])
def test_a_shift_ends_after_it_begins_and_within_a_day(
    cast: Cast, gate: Post, start: float, end: float
) -> None:
    with pytest.raises(ValidationError):
        put(cast.shift_leader, gate, cast.guard, start, end)


def test_only_who_has_a_role_at_the_site_is_rostered(cast: Cast, gate: Post) -> None:
    for stranger in (cast.sibling_guard, cast.foreign_guard):
        with pytest.raises(ValidationError):
            put(cast.shift_leader, gate, stranger, 8, 16)
    Membership.objects.filter(person=cast.guard).update(valid_to=MONDAY - timedelta(days=1))
    with pytest.raises(ValidationError):
        put(cast.shift_leader, gate, cast.guard, 8, 16)
    assert put(cast.shift_leader, gate, cast.guard, 8, 16, MONDAY - timedelta(days=1)).pk


def test_who_may_roster(cast: Cast, gate: Post) -> None:
    for person in (cast.guard, cast.auditor, cast.sibling_supervisor, cast.foreign_manager):
        with pytest.raises(PermissionDenied):
            put(person, gate, cast.other_guard, 8, 16)
    shift = put(cast.shift_leader, gate, cast.guard, 8, 16)
    with pytest.raises(PermissionDenied):
        roster.remove_shift(actor=cast.guard, shift=shift)
    roster.remove_shift(actor=cast.supervisor, shift=shift)
    assert not Shift.objects.exists()


def test_a_week_is_copied_and_collisions_are_left_as_gaps(cast: Cast, gate: Post, site: Site) -> None:
    put(cast.shift_leader, gate, cast.guard, 8, 16)
    put(cast.shift_leader, gate, cast.other_guard, 16, 24)
    put(cast.shift_leader, PostFactory.create(site=site), cast.guard, 10, 12, MONDAY + timedelta(days=7))
    start = local_day(MONDAY, SHANGHAI).start
    assert roster.copy_week(actor=cast.shift_leader, site=site, start=start) == 1
    copied = Shift.objects.get(post=gate, starts_at__gte=start + timedelta(days=7))
    assert (copied.person, copied.starts_at) == (cast.other_guard, hour(16, MONDAY + timedelta(days=7)))
    assert roster.copy_week(actor=cast.shift_leader, site=site, start=start) == 0, (
        "a second time changes nothing"
    )


@pytest.mark.parametrize("monday", [date(2026, 3, 23), date(2026, 10, 19)], ids=["spring", "autumn"])
def test_a_copied_week_keeps_the_time_on_the_wall_when_clocks_change(
    cast: Cast, gate: Post, site: Site, monday: date
) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    Site.objects.filter(pk=site.pk).update(time_zone="Europe/Berlin")
    gate.site.refresh_from_db()
    for offset in (0, 6):
        day = monday + timedelta(days=offset)
        start, end = hour(8, day, berlin), hour(16, day, berlin)
        roster.add_shift(actor=cast.supervisor, post=gate, person=cast.guard, starts_at=start, ends_at=end)
    made = roster.copy_week(actor=cast.supervisor, site=gate.site, start=local_day(monday, berlin).start)
    assert made == 2
    walls = [
        shift.starts_at.astimezone(berlin).strftime("%a %H:%M")
        for shift in Shift.objects.order_by("starts_at")
    ]
    assert walls == ["Mon 08:00", "Sun 08:00", "Mon 08:00", "Sun 08:00"]


def test_rostering_on_the_pages(client: Client, cast: Cast, gate: Post) -> None:
    client.force_login(cast.shift_leader)
    form = {
        "post": gate.pk,
        "person": cast.guard.pk,
        "day": MONDAY,
        "start": "22:00",
        "end": "06:00",
        "note": "Keys 4",
    }
    answer = client.post("/rosters/shifts/add/", form)
    assert answer.headers["Location"] == f"/rosters/?week={MONDAY}"
    shift = Shift.objects.get()
    assert (shift.starts_at, shift.ends_at) == (hour(22), hour(30))
    again = client.post("/rosters/shifts/add/", {**form, "start": "23:00"})
    assert again.status_code == 422
    assert "Keys 4" in again.content.decode(), "nothing typed is lost"
    client.post(f"/rosters/sites/{gate.site_id}/copy-week/", {"week": str(MONDAY)})
    assert Shift.objects.count() == 2
    client.post(f"/rosters/shifts/{shift.pk}/remove/")
    assert Shift.objects.count() == 1
    assert (
        client.post(f"/rosters/sites/{cast.sibling_guard.memberships.get().site_id}/copy-week/").status_code
        == 404
    )


@pytest.mark.requirement("R056")
def test_who_is_on_duty_now_and_since_when_a_post_is_empty(cast: Cast, gate: Post) -> None:
    put(cast.shift_leader, gate, cast.guard, 0, 9)
    with time_machine.travel(hour(8.5), tick=False):
        (duty,) = selectors.on_duty(gate.site, hour(8.5))
        assert ([watch.person_id for watch in duty.present], duty.missing) == ([cast.guard.pk], 0)
    (duty,) = selectors.on_duty(gate.site, hour(9.25))
    assert (duty.present, duty.missing, duty.missing_since) == ([], 1, hour(9))


@pytest.mark.requirement("R030")
def test_staffing_is_estimated_both_ways_and_the_larger_is_recommended(
    client: Client, cast: Cast, gate: Post, site: Site
) -> None:
    ZoneFactory.create(site=site, area_m2=20_000, staffing_standard=Decimal("1.5"))
    ZoneFactory.create(site=site, area_m2=5_000)
    client.force_login(cast.supervisor)
    result = client.get("/rosters/staffing/").context["result"]
    assert result.by_area == Decimal("3.0")
    assert result.by_post == Decimal("4.2")
    assert result.recommended == 5
    ZoneFactory.create(site=site, area_m2=30_000, staffing_standard=Decimal("1.5"))
    page = client.get("/rosters/staffing/")
    assert page.context["result"].recommended == 8
    text = page.content.decode()
    assert all(figure in text for figure in ("7.5", "4.2", "168"))


def test_an_empty_site_recommends_nothing(client: Client, cast: Cast, site: Site) -> None:
    client.force_login(cast.supervisor)
    result: Any = client.get("/rosters/staffing/").context["result"]
    assert (result.by_area, result.by_post, result.recommended) == (None, None, None)


def test_posts_are_kept_with_their_hours(client: Client, cast: Cast, site: Site) -> None:
    client.force_login(cast.supervisor)
    form = {
        "code": "N1",
        "name": "Night patrol",
        "kind": "patrol",
        "heads": 2,
        "is_active": "on",
        "days": ["fri", "sat"],
    }
    assert client.post("/rosters/posts/add/", form).status_code == 422, "hours are missing"
    assert client.post("/rosters/posts/add/", {**form, "start": "22:00", "end": "06:00"}).status_code == 302
    post = Post.objects.get()
    assert post.coverage == {"fri": [["22:00", "06:00"]], "sat": [["22:00", "06:00"]]}
    assert client.post("/rosters/posts/add/", {**form, "around_the_clock": "on"}).status_code == 422, (
        "the code is taken"
    )
    assert client.post(f"/rosters/posts/{post.pk}/", {**form, "around_the_clock": "on"}).status_code == 302
    post.refresh_from_db()
    assert post.coverage["sat"] == [["00:00", "24:00"]]


def test_times_are_utc(cast: Cast, gate: Post) -> None:
    shift = put(cast.shift_leader, gate, cast.guard, 8, 16)
    shift.refresh_from_db()
    assert shift.starts_at == datetime(2026, 11, 16, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_no_shift_at_the_ends_of_the_calendar(site: Site, cast: Cast, client: Client, day: str) -> None:
    """Their hours have no instant everywhere; said beside the field, and what was typed stays."""
    post = PostFactory.create(site=site)
    client.force_login(cast.supervisor)
    answer = client.post(
        f"{reverse('rosters:shift_add')}?site={site.pk}",
        {"post": post.pk, "person": cast.guard.pk, "day": day, "start": "00:00", "end": "00:00"},
    )
    assert answer.status_code in (200, 422)
    assert answer.context["form"].errors["day"] == ["Enter a valid date."]
    assert day in answer.content.decode()
