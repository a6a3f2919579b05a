"""A rule is edited with plain inputs, without JavaScript, and each fault stands beside its input."""

from datetime import date, time
from html.parser import HTMLParser
from typing import Any

import pytest
from crispy_forms.helper import FormHelper
from crispy_forms.utils import render_crispy_form
from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from hypothesis import given, settings

from core.recurrence import LAST, Every, Frequency, NthWeekday, OnDays, Rule, Weekday, rule_to_json
from core.recurrence.forms import RuleField
from tests.core.test_recurrence_against_oracle import rules

urlpatterns: list[object] = []  # crispy asks for the address of a form's action


class PlanForm(forms.Form):
    name = forms.CharField(required=False)
    rule = RuleField(label="Schedule")


class OptionalForm(forms.Form):
    rule = RuleField(required=False)


class Inputs(HTMLParser):
    """Reads a page the way a browser sends it back."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.sent: MultiValueDict[str, str] = MultiValueDict()
        self.ids: list[str] = []
        self.labels: list[str] = []
        self.attributes: set[str] = set()
        self._select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.attributes |= set(found)
        self.ids += [found["id"]] if "id" in found else []
        self.labels += [found["for"]] if tag == "label" else []
        if tag == "select":
            self._select = "" if "disabled" in found else found["name"]
        elif tag == "option" and "selected" in found and self._select:
            self.sent.appendlist(self._select, found["value"])
        elif tag == "input" and "disabled" not in found:
            tickable = found["type"] in ("radio", "checkbox")
            if not tickable or "checked" in found:
                self.sent.appendlist(found["name"], found.get("value", "on" if tickable else ""))


def sent(**parts: Any) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in {"frequency": "daily", "mode": "times", "times": "08:00", **parts}.items():
        data.setlist(f"rule-{name}", value if isinstance(value, list) else [value])
    return data


def cleaned(**parts: Any) -> Rule:
    form = PlanForm(sent(**parts))
    assert form.is_valid(), form["rule"].as_widget()
    rule = form.cleaned_data["rule"]
    assert isinstance(rule, Rule)
    return rule


def test_times_are_typed_in_one_line_as_people_type_them() -> None:
    rule = cleaned(times="18:00， 8:00、09：30;08:00")
    assert rule == Rule(Frequency.DAILY, times=(time(8), time(9, 30), time(18)))


def test_all_parts_make_a_rule() -> None:
    rule = cleaned(
        frequency="monthly",
        interval="2",
        month_days=["1", str(LAST)],
        nth_0="-1",
        nth_weekday_0="4",
        nth_1="",
        nth_weekday_1="0",
        months=["3", "9"],
        mode="every",
        every_count="2",
        every_unit="60",
        every_start="08:00",
        every_end="22:00",
        business_hours_only="on",
        on_days="next_working",
        starts_on="2026-01-01",
        ends_on="2026-12-31",
    )
    assert rule == Rule(
        Frequency.MONTHLY,
        interval=2,
        month_days=(1, LAST),
        nth_weekdays=(NthWeekday(LAST, Weekday.FRI),),
        months=(3, 9),
        every=Every(120, time(8), time(22)),
        business_hours_only=True,
        on_days=OnDays.NEXT_WORKING,
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
    )


def test_what_another_frequency_left_behind_does_not_disturb() -> None:
    rule = cleaned(
        frequency="daily", weekdays=["0"], month_days=["77"], nth_0="9", nth_weekday_0="x",
        every_count="nonsense", every_unit="7", every_start="99",
    )  # fmt: skip
    assert rule == Rule(Frequency.DAILY, times=(time(8),))


@pytest.mark.parametrize(
    ("parts", "faulty"),
    [
        ({"times": "8 o'clock"}, "times"),
        ({"times": ""}, "times"),
        ({"frequency": "weekly"}, "weekdays"),
        ({"frequency": "monthly"}, "month_days"),
        ({"frequency": "yearly", "month_days": ["1"]}, "months"),
        ({"interval": "0"}, "interval"),
        ({"mode": "every", "every_count": ""}, "every_count"),
        ({"mode": "every", "every_count": "48"}, "every_count"),
        ({"mode": "every", "every_count": "2", "every_start": "26:00"}, "every_start"),
        ({"mode": []}, "mode"),
        ({"frequency": "hourly"}, "frequency"),
        ({"frequency": []}, "frequency"),
        ({"starts_on": "2026-02-02", "ends_on": "2026-02-01"}, "ends_on"),
    ],
)
def test_a_fault_stands_beside_its_input(parts: dict[str, Any], faulty: str) -> None:
    form = PlanForm(sent(**parts))
    assert not form.is_valid()
    assert [error.code for error in form.errors.as_data()["rule"]] == ["parts"]
    page = Inputs(form["rule"].as_widget())
    assert [name for name in page.ids if name.endswith("_error")] == [f"id_rule-{faulty}_error"]


def test_all_faults_are_shown_at_once() -> None:
    data = sent(
        frequency="weekly", times="8 o'clock", interval="0", starts_on="2026-02-02", ends_on="2026-02-01"
    )
    page = Inputs(PlanForm(data)["rule"].as_widget())
    assert [name for name in page.ids if name.endswith("_error")] == [
        f"id_rule-{name}_error" for name in ("interval", "weekdays", "times", "ends_on")
    ]


def test_nothing_typed_is_lost_when_the_page_comes_back() -> None:
    data = sent(frequency="weekly", times="8 o'clock", weekdays=["1", "6"], starts_on="2026-01-01")
    again = Inputs(PlanForm(data)["rule"].as_widget()).sent
    assert again["rule-times"] == "8 o'clock"
    assert again.getlist("rule-weekdays") == ["1", "6"]
    assert again["rule-starts_on"] == "2026-01-01"


@settings(max_examples=60, deadline=None)
@given(rule=rules(date(2026, 2, 27)))
def test_any_rule_shown_and_sent_back_unchanged_is_the_same(rule: Rule) -> None:
    page = Inputs(str(PlanForm(initial={"rule": rule})["rule"]))
    form = PlanForm(page.sent, initial={"rule": rule})
    assert form.is_valid()
    assert form.cleaned_data["rule"] == rule
    assert "rule" not in form.changed_data


def test_a_change_is_noticed_and_json_may_be_the_initial_value() -> None:
    before = rule_to_json(Rule(Frequency.DAILY, times=(time(8),)))
    assert not PlanForm(sent(), initial={"rule": before}).has_changed()
    assert PlanForm(sent(times="08:00, 09:00"), initial={"rule": before}).has_changed()
    assert PlanForm(sent(times="x"), initial={"rule": before}).has_changed()


def test_an_optional_rule_may_be_none() -> None:
    form = OptionalForm(sent(frequency="", times="x", interval="0"))
    assert form.is_valid()
    assert form.cleaned_data["rule"] is None
    assert OptionalForm({}).is_valid()
    assert not PlanForm({}).is_valid()
    assert 'value=""' in str(OptionalForm()["rule"])


def test_a_disabled_rule_cannot_be_changed() -> None:
    rule = Rule(Frequency.DAILY, times=(time(8),))

    class Fixed(forms.Form):
        rule = RuleField(disabled=True)

    form = Fixed(sent(times="09:00"), initial={"rule": rule})
    assert form.is_valid()
    assert form.cleaned_data["rule"] == rule
    assert not Inputs(str(Fixed(initial={"rule": rule})["rule"])).sent


def test_two_rules_on_one_page_do_not_meet() -> None:
    pages = [Inputs(str(PlanForm(prefix=prefix)["rule"])) for prefix in ("a", "b")]
    assert not set(pages[0].ids) & set(pages[1].ids)
    assert not set(pages[0].sent) & set(pages[1].sent)


@pytest.mark.urls(__name__)
def test_it_renders_under_crispy_with_labels_and_without_inline_style_or_script() -> None:
    form = PlanForm(sent(frequency="monthly", times="x"))
    helper = FormHelper()
    helper.form_tag = False
    html = render_crispy_form(form, helper)
    page = Inputs(html)
    assert len(set(page.ids)) == len(page.ids)
    assert set(page.labels) <= set(page.ids)
    assert not {name for name in page.attributes if name == "style" or name.startswith("on")}
    assert "<script" not in html
    assert "UNDEFINED" not in html
    assert "css/rule-field.css" in html
    assert str(RuleField.default_error_messages["parts"]) in html


def test_the_rule_is_put_in_words_above_its_inputs() -> None:
    rule = Rule(Frequency.DAILY, times=(time(8),))
    assert "At 08:00, every day" in str(PlanForm(initial={"rule": rule})["rule"])
    assert "At 08:00, every day" in str(PlanForm(sent())["rule"])
    assert "rule-sentence" not in str(PlanForm(sent(times="x"))["rule"])
