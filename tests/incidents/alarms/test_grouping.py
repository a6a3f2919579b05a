"""Bursts become the right few alarms: held against a plain reading of the rules, in every order and every cut."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from core.clock import set_to
from incidents.models import AlarmEffect, AlarmReading, AlarmRule, AlarmSource, GroupBy, Outcome
from incidents.selectors.alarm_grouping import LONGEST, Book, Judged, Sign, judge
from incidents.services.alarm_intake import Given, Read, take
from incidents.services.alarm_judging import judge_waiting
from tests.incidents.factories import AlarmSourceFactory
from tests.organization.factories import ZoneFactory

pytestmark = pytest.mark.requirement("R067")

BEGIN = datetime(2026, 11, 25, 8, tzinfo=UTC)
CODES, DEVICES, ZONES = ("motion", "fire", "heartbeat", "noise"), ("A1", "A2", "B1"), (None, 1, 2)


def rules() -> list[AlarmRule]:
    """Fire by zone within a minute; noise is ignored; devices A* by device, critical ones only."""
    return [
        AlarmRule(pk=1, code="fire", group_by=GroupBy.ZONE, window_seconds=60, debounce_seconds=5),
        AlarmRule(pk=2, code="noise", effect=AlarmEffect.IGNORE),
        AlarmRule(pk=3, device="a*", at_least="critical", group_by=GroupBy.SOURCE, window_seconds=600, debounce_seconds=0),
    ]  # fmt: skip


signs = st.lists(
    st.tuples(
        st.integers(-30, 400),
        st.sampled_from(CODES),
        st.sampled_from(DEVICES),
        st.sampled_from(("info", "warning", "critical")),
        st.sampled_from(ZONES),
    ),
    max_size=60,
)


def made(rows: Sequence[tuple[int, str, str, str, int | None]], *, sort: bool) -> list[Sign]:
    """Signs at these seconds."""
    ordered = sorted(rows, key=lambda row: row[0]) if sort else rows
    return [Sign(n, BEGIN + timedelta(seconds=at), code, device, severity, zone)
            for n, (at, code, device, severity, zone) in enumerate(ordered, start=1)]  # fmt: skip


def judged(rows: Sequence[Sign]) -> list[Judged]:
    """All of them, one after the other."""
    book = Book(rules())
    return [judge(sign, book) for sign in rows]


@given(signs)
def test_messages_in_order_are_one_alarm_exactly_while_none_is_farther_than_the_window(rows: list[tuple[int, str, str, str, int | None]]) -> None:  # fmt: skip
    found = judged(made(rows, sort=True))
    by_name: defaultdict[str, list[Judged]] = defaultdict(list)
    for one in found:
        if one.outcome == Outcome.COUNTED:
            assert one.group is not None
            by_name[one.group.name].append(one)
    for name, several in by_name.items():
        window = {"1": 60, "3": 600}.get(name.split("|")[0], 300)
        for before, after in pairwise(several):
            assert (before.group is after.group) == (
                after.sign.at - before.sign.at <= timedelta(seconds=window)
            )


@given(signs)
def test_nothing_is_lost_and_every_figure_adds_up(rows: list[tuple[int, str, str, str, int | None]]) -> None:
    given_signs = made(rows, sort=False)
    found = judged(given_signs)
    assert [one.sign for one in found] == given_signs
    groups = {id(one.group): one.group for one in found if one.group is not None}
    for key, group in groups.items():
        mine = [one for one in found if id(one.group) == key]
        counted = [one.sign.at for one in mine if one.outcome == Outcome.COUNTED]
        assert group.counted == len(counted) > 0
        assert group.repeated == len(mine) - len(counted)
        assert (group.first_at, group.last_at) == (min(counted), max(counted))
        assert group.last_at - group.first_at <= LONGEST
    for one in found:
        assert (one.group is None) == (one.outcome in (Outcome.HEARTBEAT, Outcome.IGNORED))
        assert (one.sign.code == "heartbeat") == (one.outcome == Outcome.HEARTBEAT)


@given(signs)
def test_a_bouncing_contact_counts_once_within_its_time(rows: list[tuple[int, str, str, str, int | None]]) -> None:  # fmt: skip
    counted: dict[tuple[str, str], datetime] = {}
    for one in judged(made(rows, sort=True)):
        key = one.sign.device, one.sign.code
        if one.outcome not in (Outcome.COUNTED, Outcome.REPEATED):
            continue
        is_source = one.sign.code == "motion" and one.sign.device.startswith("A") and one.sign.severity == "critical"  # fmt: skip
        bounce = timedelta(seconds=5 if one.sign.code == "fire" else 0 if is_source else 10)
        again = key in counted and one.sign.at - counted[key] < bounce
        assert (one.outcome == Outcome.REPEATED) == again
        if not again:
            counted[key] = one.sign.at


def test_an_alarm_that_never_stops_begins_anew_after_twelve_hours() -> None:
    rows = [(second, "motion", "B1", "info", None) for second in range(0, 13 * 3600, 240)]
    groups = {id(one.group) for one in judged(made(rows, sort=True))}
    assert len(groups) == 2


class InTheDatabase(TestCase):
    """The same through intake and judging, cut anywhere: what one worker makes of all, many make of the parts."""

    def _source(self) -> AlarmSource:
        source = AlarmSourceFactory.create()
        zones = {1: ZoneFactory.create(site=source.site, code="1"), 2: ZoneFactory.create(site=source.site, code="2")}  # fmt: skip
        assert zones
        for rule in rules():
            rule.pk, rule.source = None, source
            rule.save()
        return source

    def _run(self, rows: list[Sign], cuts: set[int]) -> list[tuple[str, int | None]]:
        source = self._source()
        for number, sign in enumerate(rows):
            zone = str(sign.zone_id) if sign.zone_id else ""
            one = Given(code=sign.code, id=str(sign.key), device=sign.device, severity=sign.severity, at=sign.at, zone=zone)  # type: ignore[arg-type]  # fmt: skip
            with set_to(BEGIN + timedelta(minutes=10)):
                take(source=source, messages=[Read(one, "{}")], channel="webhook")
            if number in cuts:
                judge_waiting(source_id=source.pk)
        judge_waiting(source_id=source.pk)
        for alarm in source.alarms.all():
            mine = [row for row in alarm.readings.all() if row.outcome == Outcome.COUNTED]
            assert (alarm.count, alarm.repeats) == (len(mine), alarm.readings.count() - len(mine))
        numbers: dict[int | None, int | None] = {None: None}
        readings = AlarmReading.objects.filter(source=source).order_by("message_id")
        return [
            (outcome, numbers.setdefault(key, len(numbers)))
            for outcome, key in readings.values_list("outcome", "alarm")
        ]

    @settings(max_examples=15, deadline=None)
    @given(signs, st.sets(st.integers(0, 59)))
    def test_cut_anywhere(self, rows: list[tuple[int, str, str, str, int | None]], cuts: set[int]) -> None:
        given_signs = made(rows, sort=False)
        numbers: dict[int | None, int | None] = {None: None}
        wanted = []
        for one in judged(given_signs):
            key = None if one.group is None else id(one.group)
            wanted.append((str(one.outcome), numbers.setdefault(key, len(numbers))))
        assert self._run(given_signs, cuts) == wanted
