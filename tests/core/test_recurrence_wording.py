"""A rule reads as a sentence, in English and, through templates a translator may turn around, in Chinese."""

import gettext as gnu
from collections.abc import Iterator
from datetime import date, time

import pytest
from django.template import Context, Template
from django.utils import translation
from django.utils.translation import trans_real

from core.recurrence import LAST, Every, Frequency, NthWeekday, OnDays, Rule, Weekday, describe

MON_TO_FRI = tuple(Weekday)[:5]
NINE = (time(9),)


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (
            Rule(Frequency.WEEKLY, weekdays=MON_TO_FRI, every=Every(120, time(8), time(22))),
            "Every 2 hours from 08:00 to 22:00, Mon–Fri",
        ),
        (Rule(Frequency.DAILY, times=(time(8), time(18), time(19))), "At 08:00, 18:00 and 19:00, every day"),
        (Rule(Frequency.DAILY, interval=3, times=NINE), "At 09:00, every 3 days"),
        (Rule(Frequency.DAILY, every=Every(60)), "Every hour around the clock, every day"),
        (
            Rule(Frequency.DAILY, every=Every(90, time(6), time(6))),
            "Every 90 minutes around the clock, beginning at 06:00, every day",
        ),
        (
            Rule(Frequency.DAILY, every=Every(30, time(22), time(6))),
            "Every 30 minutes from 22:00 to 06:00 the next day, every day",
        ),
        (Rule(Frequency.WEEKLY, weekdays=(Weekday.MON,), times=NINE), "At 09:00, every Monday"),
        (
            Rule(Frequency.WEEKLY, weekdays=(Weekday.MON, Weekday.THU), times=NINE),
            "At 09:00, every Monday and Thursday",
        ),
        (
            Rule(Frequency.WEEKLY, weekdays=(Weekday.MON, Weekday.TUE, Weekday.WED, Weekday.SAT), times=NINE),
            "At 09:00, Mon–Wed and Sat",
        ),
        (
            Rule(Frequency.WEEKLY, interval=2, weekdays=(Weekday.FRI,), times=NINE),
            "At 09:00, every 2 weeks on Friday",
        ),
        (
            Rule(Frequency.MONTHLY, month_days=(1, 15), times=NINE),
            "At 09:00, on the 1st and 15th of every month",
        ),
        (
            Rule(Frequency.MONTHLY, month_days=(2, 3, 11, 22, LAST), times=NINE),
            "At 09:00, on the 2nd, 3rd, 11th, 22nd and last day of every month",
        ),
        (
            Rule(Frequency.MONTHLY, month_days=(31,), times=NINE),
            "At 09:00, on the 31st of every month; in shorter months on their last day",
        ),
        (
            Rule(Frequency.MONTHLY, interval=3, nth_weekdays=(NthWeekday(1, Weekday.MON),), times=NINE),
            "At 09:00, on the first Monday of every 3 months",
        ),
        (
            Rule(Frequency.YEARLY, months=(2,), month_days=(29,), times=NINE),
            "At 09:00, on the 29th of February every year; in common years on the 28th",
        ),
        (
            Rule(Frequency.YEARLY, interval=2, months=(3, 9), month_days=(1,), times=NINE),
            "At 09:00, on the 1st of March and September every 2 years",
        ),
        (
            Rule(Frequency.DAILY, times=NINE, months=(6, 7, 8, 9), on_days=OnDays.WORKING),
            "At 09:00, every day; only in June–September; only on working days",
        ),
        (
            Rule(Frequency.DAILY, every=Every(120), business_hours_only=True, starts_on=date(2026, 1, 1)),
            "Every 2 hours around the clock, every day; only during business hours; from Jan. 1, 2026 on",
        ),
        (
            Rule(
                Frequency.MONTHLY,
                month_days=(1,),
                times=NINE,
                on_days=OnDays.NEXT_WORKING,
                ends_on=date(2026, 6, 30),
            ),
            "At 09:00, on the 1st of every month; on a day off, the next working day instead; until June 30, 2026",
        ),
    ],
)
def test_a_rule_reads_as_a_sentence(rule: Rule, sentence: str) -> None:
    with translation.override("en"):
        assert describe(rule) == sentence


def test_the_dates_can_be_left_out() -> None:
    rule = Rule(Frequency.DAILY, times=NINE, starts_on=date(2026, 1, 1), ends_on=date(2026, 2, 1))
    with translation.override("en"):
        assert describe(rule, dates=False) == "At 09:00, every day"
        assert describe(rule).endswith("; from Jan. 1, 2026 to Feb. 1, 2026")


def test_a_template_puts_a_rule_in_words() -> None:
    page = Template("{% load recurrence %}{{ rule|rule_sentence }}")
    rule = Rule(Frequency.DAILY, times=NINE, starts_on=date(2026, 1, 1))
    with translation.override("en"):
        assert page.render(Context({"rule": rule})) == "At 09:00, every day"
    assert page.render(Context({"rule": None})) == ""


#: Enough of a catalogue to show that whole sentences can be turned around.
CHINESE = {
    "At %(times)s": "%(times)s",
    "%(items)s and %(item)s": "%(items)s、%(item)s",
    "%(items)s, %(item)s": "%(items)s、%(item)s",
    "%(first)s–%(last)s": "%(first)s至%(last)s",
    "%(times)s, every day": "每天%(times)s",
    "days of the week\x04%(times)s, %(weekdays)s": "每%(weekdays)s%(times)s",
    "day of the month\x04%(day)dst": "%(day)d日",
    "day of the month\x04%(day)dth": "%(day)d日",
    "day of the month\x04last day": "最后一天",
    "%(times)s, on the %(days)s of every month": "每月%(days)s%(times)s",
    "Every %(count)d hour from %(start)s to %(end)s": "%(start)s至%(end)s每%(count)d小时一次",
    "%(sentence)s; %(condition)s": "%(sentence)s，%(condition)s",
    "on a day off, the next working day instead": "遇休息日顺延至下一个工作日",
}


@pytest.fixture
def chinese(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Chinese from the words above, whatever the shipped catalogue says."""
    real = trans_real.translation("zh-hans")

    class Words(gnu.NullTranslations):
        plural = staticmethod(lambda number: 0)

        def gettext(self, message: str) -> str:
            return CHINESE.get(message) or real.gettext(message)

        def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
            return CHINESE.get(msgid1) or real.ngettext(msgid1, msgid2, n)

    words = Words()
    monkeypatch.setitem(vars(trans_real)["_translations"], "zh-hans", words)
    with translation.override("zh-hans"):
        yield


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (
            Rule(Frequency.WEEKLY, weekdays=MON_TO_FRI, every=Every(120, time(8), time(22))),
            "每星期一至星期五08:00至22:00每2小时一次",
        ),
        (Rule(Frequency.DAILY, times=(time(8), time(18))), "每天08:00、18:00"),
        (
            Rule(Frequency.MONTHLY, month_days=(1, 15, LAST), times=NINE, on_days=OnDays.NEXT_WORKING),
            "每月1日、15日、最后一天09:00，遇休息日顺延至下一个工作日",
        ),
    ],
)
def test_chinese_puts_the_parts_in_its_own_order(rule: Rule, sentence: str) -> None:
    assert describe(rule) == sentence
