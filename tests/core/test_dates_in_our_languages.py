"""Our catalogs stand before Django's: no word of ours may take the place of a month or a weekday."""

from datetime import date, timedelta

import pytest
from django.utils import translation
from django.utils.formats import date_format

MONTHS = ["一月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "十一月", "十二月"]


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant"])
def test_months_and_weekdays_are_theirs(language: str) -> None:
    with translation.override(language):
        assert [date_format(date(2026, month, 1), "F") for month in range(1, 13)] == MONTHS
        days = [date_format(date(2026, 11, 23) + timedelta(days=number), "l") for number in range(7)]
    assert [day[-1] for day in days] == list("一二三四五六日")
