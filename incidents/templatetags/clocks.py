"""A limit as it runs: how long is left, kept current by the browser, readable without it."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core import clock, wording
from core.templatetags.ui import zone_of

register = template.Library()


@register.simple_tag(takes_context=True)
def countdown(
    context: Context, due: datetime, site: Any = None, warn: timedelta | None = None, says: bool = False
) -> SafeString:
    """What is left until `due` in words and tone. With `says`, thresholds are announced to screen readers."""
    return countdown_element(due, zone_of(context, site), warn=warn or timedelta(), says=says)


def countdown_element(
    due: datetime, zone: ZoneInfo, *, warn: timedelta = timedelta(), says: bool = False
) -> SafeString:
    """The element; its words are true when it is served, the browser keeps them so."""
    left = due - clock.now()
    state = "overdue" if left < timedelta() else "soon" if left <= warn else "running"
    words = {"running": _("{time} left"), "soon": _("only {time} left"), "overdue": _("overdue by {time}")}
    tone = {"running": "idle", "soon": "warn", "overdue": "danger"}[state]
    return format_html(
        '<span class="countdown" data-controller="countdown" data-countdown-due-value="{}" '
        'data-countdown-warn-value="{}" data-countdown-running-value="{}" data-countdown-soon-value="{}" '
        'data-countdown-overdue-value="{}" data-countdown-units-value="{}">'
        '<time class="badge t-{}" datetime="{}" title="{} ({})" data-countdown-target="words">{}</time>{}</span>',
        due.isoformat(timespec="seconds"),
        int(warn.total_seconds()),
        words["running"],
        words["soon"],
        words["overdue"],
        "|".join((_("{n} d"), _("{n} h"), _("{n} min"), _("{n} s"))),
        tone,
        due.isoformat(timespec="seconds"),
        wording.moment(clock.local(due, zone)),
        wording.zone(due, zone),
        words[state].format(time=wording.span(abs(left))),
        SafeString('<span class="visually-hidden" aria-live="polite" data-countdown-target="said"></span>')
        if says
        else "",
    )
