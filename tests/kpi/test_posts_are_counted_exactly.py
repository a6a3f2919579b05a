"""K37: minutes due and filled equal a count minute by minute; a post that changes leaves the past as it was."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

import pytest
import time_machine
from django.test import Client

from core.recurrence import instant_of
from kpi.indicators import Scope, measures
from kpi.indicators.posts import K37, K37C
from kpi.selectors.counting import days_of
from kpi.services.checking import recount
from kpi.services.folding import fold_changed, refold
from organization.models import Person, Site, Zone
from rosters.models import Post, Shift
from rosters.services.roster import add_post, add_shift, change_post, remove_shift
from tests.conftest import Cast
from tests.organization.factories import ZoneFactory

#: Half past noon in Shanghai, a Saturday.
NOW = datetime(2026, 11, 21, 4, 30, 20, tzinfo=UTC)
FIRST, LAST = date(2026, 11, 16), date(2026, 11, 21)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def always(start: str, end: str) -> dict[str, list[list[str]]]:
    """The same hours every day."""
    return {day: [[start, end]] for day in DAYS}


def slow(site: Site, asked: dict[int, list[tuple[date, tuple[str, str], int]]], day: date, now: datetime) -> dict[str, float]:  # fmt: skip
    """Every minute of a day by itself. `asked`: by post, from which day on it asks for which hours and how many people."""
    found: Counter[str] = Counter()
    shifts = list(Shift.objects.filter(site=site))
    kinds = dict(Post.objects.filter(site=site).values_list("pk", "kind"))
    minute = instant_of(datetime.combine(day, time()), site.zone_info)
    end = instant_of(datetime.combine(day + DAY, time()), site.zone_info)
    while minute < end and minute + MINUTE <= now:
        wall = minute.astimezone(site.zone_info)
        for post, versions in asked.items():
            is_room = kinds[post] == "control_room"
            for began in (wall.date() - DAY, wall.date()):
                version = [one for one in versions if one[0] <= began]
                if not version:
                    continue
                _since, (start, stop), heads = version[-1]
                since = datetime.combine(began, time.fromisoformat(start))
                until = datetime.combine(began, time()) + DAY if stop == "24:00" else datetime.combine(began, time.fromisoformat(stop))  # fmt: skip
                until += DAY if until <= since else timedelta()
                if since <= wall.replace(tzinfo=None) < until:
                    heads = max(heads, 2) if is_room else heads
                    present = sum(one.post_id == post and one.starts_at <= minute and minute + MINUTE <= one.ends_at for one in shifts)  # fmt: skip
                    code = "control" if is_room else "post"
                    found[f"{code}_minutes_due"] += heads
                    found[f"{code}_minutes_filled"] += min(present, heads)
        minute += MINUTE
    return {code: float(number) for code, number in found.items() if number}


@pytest.fixture
def clock() -> Any:
    """It is half past noon on the last day."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def zone(site: Site) -> Zone:
    """Where the gate stands."""
    return ZoneFactory.create(site=site, code="A1")


@pytest.fixture
def posts(site: Site, cast: Cast, zone: Zone, clock: Any) -> tuple[Post, Post, Post]:
    """A gate by day, a night post over midnight, a control room whose post asks for one only; since Monday."""
    common: dict[str, Any] = {"actor": cast.supervisor, "site": site, "since": FIRST}
    gate = add_post(
        **common, code="G", name="Gate", kind="gate", zone=zone, coverage=always("07:00", "19:00"), heads=2
    )
    night = add_post(**common, code="N", name="Night", kind="patrol", coverage=always("22:00", "06:00"))
    room = add_post(
        **common, code="C", name="Control room", kind="control_room", coverage=always("00:00", "24:00")
    )
    return gate, night, room


@pytest.fixture
def roster(posts: tuple[Post, Post, Post], cast: Cast, site: Site) -> list[Shift]:
    """Random shifts over the week, some over midnight, one beyond the hours; people are never in two places."""
    chance, made = Random(3), []
    people: list[Person] = [cast.guard, cast.shift_leader, cast.supervisor]
    for number in range(5):
        for person, post in zip(people, chance.sample(posts, 3), strict=True):
            begins = instant_of(datetime.combine(FIRST + number * DAY, time(chance.randrange(24), chance.choice((0, 7, 30)))), site.zone_info)  # fmt: skip
            length = chance.choice(
                (timedelta(hours=8), timedelta(hours=3, minutes=11), timedelta(minutes=59))
            )
            if not Shift.objects.filter(person=person, ends_at__gt=begins).exists():
                made.append(add_shift(actor=cast.supervisor, post=post, person=person, starts_at=begins, ends_at=begins + length))  # fmt: skip
    assert len(made) > 8
    return made


def asked_of(posts: tuple[Post, Post, Post]) -> dict[int, list[tuple[date, tuple[str, str], int]]]:
    """What they ask for, as the fixture says."""
    gate, night, room = posts
    return {
        gate.pk: [(FIRST, ("07:00", "19:00"), 2)],
        night.pk: [(FIRST, ("22:00", "06:00"), 1)],
        room.pk: [(FIRST, ("00:00", "24:00"), 1)],
    }


def counted(site: Site, day: date) -> dict[str, float]:
    """The kept numbers of a day."""
    return dict(days_of(site, day, day).day(day))


def test_every_day_equals_a_count_minute_by_minute(site: Site, posts: Any, roster: list[Shift]) -> None:
    for folded in (False, True):
        if folded:
            fold_changed()
        for number in range(6):
            day = FIRST + number * DAY
            expected = slow(site, asked_of(posts), day, NOW)
            assert counted(site, day) == expected, day
            assert recount(site, day) == expected, day
    assert counted(site, LAST)["control_minutes_due"] == 2 * (12 * 60 + 30)  # half past noon, two people


def test_zones_have_their_posts(site: Site, posts: Any, roster: list[Shift], zone: Zone) -> None:
    list(refold(site, FIRST, LAST))
    days = days_of(site, FIRST, LAST)
    assert days.total(zone.pk)["post_minutes_due"] == 2 * (5 * 12 * 60 + 5 * 60 + 30)
    assert measures()["post_minutes_filled"].recount(Scope(site, FIRST, LAST, zone)) == days.total(zone.pk).get("post_minutes_filled", 0)  # fmt: skip
    assert "control_minutes_due" not in days.total(zone.pk)


def test_a_change_of_a_post_leaves_the_past_as_it_was(
    site: Site, posts: Any, roster: Any, cast: Cast
) -> None:
    fold_changed()
    before = {number: counted(site, FIRST + number * DAY) for number in range(5)}
    change_post(actor=cast.supervisor, post=posts[0], heads=5, coverage=always("00:00", "24:00"))
    change_post(actor=cast.supervisor, post=posts[1], is_active=False)
    fold_changed()
    list(refold(site, FIRST, LAST))
    assert {number: counted(site, FIRST + number * DAY) for number in range(5)} == before
    asked = asked_of(posts)
    asked[posts[0].pk].append((LAST, ("00:00", "24:00"), 5))
    del asked[posts[1].pk]
    expected = slow(site, asked, LAST, NOW)
    expected["post_minutes_due"] += 6 * 60  # the night that began yesterday
    assert counted(site, LAST)["post_minutes_due"] == expected["post_minutes_due"]


def test_a_shift_put_and_taken_away_is_counted_on_its_days(site: Site, posts: Any, cast: Cast) -> None:
    fold_changed()
    begins = instant_of(datetime(2026, 11, 17, 22), site.zone_info)
    shift = add_shift(actor=cast.supervisor, post=posts[1], person=cast.guard, starts_at=begins, ends_at=begins + timedelta(hours=8))  # fmt: skip
    fold_changed()
    filled = [counted(site, date(2026, 11, day)).get("post_minutes_filled", 0) for day in (17, 18, 19)]
    assert filled == [120, 360, 0]
    remove_shift(actor=cast.supervisor, shift=shift)
    fold_changed()
    assert "post_minutes_filled" not in counted(site, date(2026, 11, 17))


@pytest.mark.requirement("R053")
def test_the_page_shows_the_minutes_of_the_figure(site: Site, posts: Any, roster: Any, cast: Cast, client: Client) -> None:  # fmt: skip
    client.force_login(cast.supervisor)
    total = days_of(site, FIRST, LAST).total()
    for code, key in (("post_minutes_due", "due"), ("post_minutes_filled", "filled"), ("control_minutes_due", "due"), ("control_minutes_filled", "filled")):  # fmt: skip
        answer: Any = client.get(measures()[code].page(Scope(site, FIRST, LAST)))
        assert answer.status_code == 200
        assert (
            answer.context[key]
            == total.get(code, 0)
            == sum(getattr(line, key) for line in answer.context["lines"])
        )
    assert K37.value(total) == total["post_minutes_filled"] / total["post_minutes_due"]
    assert K37C.value(total) == total["control_minutes_filled"] / total["control_minutes_due"]
    one = client.get(
        measures()["post_minutes_due"].page(Scope(site, FIRST, LAST)), headers={"accept-language": "en"}
    )
    assert f"{int(total['post_minutes_due']):,}" in one.content.decode()


def test_a_day_when_clocks_change_has_the_minutes_it_has(site: Site, cast: Cast) -> None:
    site.time_zone = "Europe/Berlin"
    site.save()
    autumn = date(2026, 10, 25)
    with time_machine.travel(datetime(2026, 11, 1, tzinfo=UTC), tick=False):
        add_post(actor=cast.supervisor, site=site, since=autumn, code="G", name="Gate", kind="gate", coverage=always("00:00", "24:00"))  # fmt: skip
        assert counted(site, autumn) == {"post_minutes_due": 25 * 60}
        assert recount(site, autumn) == {"post_minutes_due": 25 * 60}


def test_nothing_is_shown_where_nothing_was_asked(site: Site, cast: Cast, client: Client, clock: Any) -> None:
    client.force_login(cast.guard)
    answer = client.get(f"/rosters/coverage/?site={site.pk}&first=nonsense")
    assert answer.status_code == 200
    assert not answer.context["lines"]
    client.force_login(cast.foreign_manager)
    assert client.get(f"/rosters/coverage/?site={site.pk}").status_code == 404
