"""A rule is checked when it is made, and survives JSON."""

import json
from datetime import date, time
from typing import Any

import pytest
from hypothesis import given

from core.recurrence import (
    LAST,
    Every,
    Frequency,
    NthWeekday,
    OnDays,
    Rule,
    RuleError,
    Weekday,
    rule_from_json,
    rule_to_json,
)
from tests.core.test_recurrence_against_oracle import rules

FULL = {
    "frequency": "yearly",
    "interval": 2,
    "month_days": [15, 31, "last"],
    "nth_weekdays": [{"nth": 1, "weekday": "mon"}, {"nth": "last", "weekday": "fri"}],
    "months": [3, 9],
    "every": {"minutes": 120, "start": "22:00", "end": "06:00"},
    "business_hours_only": True,
    "on_days": "next_working",
    "starts_on": "2026-01-01",
    "ends_on": "2027-12-31",
}


def test_json_reads_as_written() -> None:
    rule = rule_from_json(FULL)
    assert rule == Rule(
        Frequency.YEARLY,
        interval=2,
        month_days=(15, 31, LAST),
        nth_weekdays=(NthWeekday(1, Weekday.MON), NthWeekday(LAST, Weekday.FRI)),
        months=(3, 9),
        every=Every(120, time(22), time(6)),
        business_hours_only=True,
        on_days=OnDays.NEXT_WORKING,
        starts_on=date(2026, 1, 1),
        ends_on=date(2027, 12, 31),
    )
    assert rule_to_json(rule) == FULL


def test_only_what_matters_need_be_written() -> None:
    rule = rule_from_json({"frequency": "daily", "times": ["8:00", "18:00", "08:00"]})
    assert rule.times == (time(8), time(18))
    assert rule_to_json(rule) == {"frequency": "daily", "times": ["08:00", "18:00"]}


def test_a_date_a_yaml_file_already_parsed_is_taken() -> None:
    rule = rule_from_json({"frequency": "daily", "times": ["08:00"], "starts_on": date(2026, 1, 1)})
    assert rule.starts_on == date(2026, 1, 1)


@given(rule=rules(date(2026, 2, 27)))
def test_any_rule_survives_json(rule: Rule) -> None:
    assert rule_from_json(json.loads(json.dumps(rule_to_json(rule)))) == rule


def with_(**changes: Any) -> dict[str, Any]:
    data = {"frequency": "daily", "times": ["08:00"], **changes}
    return {name: value for name, value in data.items() if value is not ...}


@pytest.mark.parametrize(
    ("data", "fields"),
    [
        ("daily", ["frequency"]),
        (with_(frequency="hourly"), ["frequency"]),
        (with_(frequency=...), ["frequency"]),
        (with_(frequency=["daily"]), ["frequency"]),
        (with_(interval=0), ["interval"]),
        (with_(interval="2"), ["interval"]),
        (with_(interval=True), ["interval"]),
        (with_(interval=367), ["interval"]),
        (with_(weekdays=["mon"]), ["weekdays"]),
        (with_(frequency="weekly"), ["weekdays"]),
        (with_(frequency="weekly", weekdays=["monday"]), ["weekdays"]),
        (with_(frequency="weekly", weekdays="mon"), ["weekdays"]),
        (with_(frequency="monthly"), ["month_days"]),
        (with_(frequency="monthly", month_days=[0]), ["month_days"]),
        (with_(frequency="monthly", month_days=[-1]), ["month_days"]),
        (with_(frequency="monthly", month_days=[32]), ["month_days"]),
        (with_(frequency="monthly", nth_weekdays=[{"nth": 5, "weekday": "mon"}]), ["nth_weekdays"]),
        (with_(frequency="monthly", nth_weekdays=[[1, "mon"]]), ["nth_weekdays"]),
        (with_(month_days=[1]), ["month_days"]),
        (with_(frequency="yearly", month_days=[1]), ["months"]),
        (with_(months=[13]), ["months"]),
        (with_(times=...), ["times"]),
        (with_(times=[]), ["times"]),
        (with_(times=[1080]), ["times"]),  # what YAML makes of 18:00 without quotes
        (with_(times=["25:00"]), ["times"]),
        (with_(times=["08:00:30"]), ["times"]),
        (with_(times=["０８:００"]), ["times"]),
        (with_(every={"minutes": 30}), ["times"]),
        (with_(times=..., every={"minutes": 0}), ["every.minutes"]),
        (with_(times=..., every={"minutes": 1441}), ["every.minutes"]),
        (with_(times=..., every={"minutes": 30, "start": "8"}), ["every.start"]),
        (with_(times=..., every={"hours": 2}), ["every"]),
        (with_(times=..., every=30), ["every"]),
        (with_(business_hours_only=1), ["business_hours_only"]),
        (with_(on_days="sometimes"), ["on_days"]),
        (with_(starts_on="01.02.2026"), ["starts_on"]),
        (with_(starts_on="2026-02-30"), ["starts_on"]),
        (with_(starts_on="2026-02-02", ends_on="2026-02-01"), ["ends_on"]),
        (with_(colour="red"), ["colour"]),
        (with_(interval=0, months=[0], times=[]), ["interval", "months", "times"]),
        (with_(interval="x", on_days="y", ends_on=5), ["interval", "on_days", "ends_on"]),
    ],
)
def test_a_rule_that_means_nothing_names_each_faulty_field(data: object, fields: list[str]) -> None:
    with pytest.raises(RuleError) as caught:
        rule_from_json(data)
    assert list(caught.value.errors) == fields


def test_equal_rules_are_equal_however_they_were_written() -> None:
    one = Rule(Frequency.MONTHLY, month_days=(LAST, 1, 1), times=(time(9), time(8)))
    two = Rule(Frequency.MONTHLY, month_days=(1, LAST), times=(time(8), time(9)))
    assert one == two
    assert len({one, two}) == 1
