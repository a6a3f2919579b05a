"""Intervals as people read them."""

from django import template
from django.utils import formats

from core.intervals import Interval
from core.reports.formats import rounded

register = template.Library()


@register.filter
def share_interval(interval: Interval | None) -> str:
    """An interval of a share: "86.1% – 92.9%"; "" for none."""
    return "" if interval is None else f"{_one(interval.low * 100)}% – {_one(interval.high * 100)}%"


@register.filter
def point_interval(interval: Interval | None) -> str:
    """An interval of points: "71.4 – 78.0"; "" for none."""
    return "" if interval is None else f"{_one(interval.low)} – {_one(interval.high)}"


def _one(value: float) -> str:
    return str(formats.number_format(rounded(value, 1), 1))
