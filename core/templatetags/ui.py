"""Tags for what every page shows: status, time, figures, small drawings.

Times are stored in UTC and shown on the wall of a site; the browser adds the zone where it differs from
the reader's own (static/js/desk/times.js).
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.db.models import Model
from django.template import Context
from django.template.loader_tags import BLOCK_CONTEXT_KEY, BlockNode
from django.utils import formats
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core import clock, drawing, wording
from core.context_processors import frame_of
from core.lanes import Mark
from core.reports.formats import show_percent

register = template.Library()

TONES = ("danger", "warn", "ok", "info", "idle")
NOTHING = SafeString('<span class="mute" aria-hidden="true">—</span>')
FORMS = ("datetime", "date", "time")


@register.simple_tag
def badge(text: Any, tone: str = "idle") -> SafeString:
    """A pill. Its meaning is in the words; the tone only repeats it."""
    return format_html('<span class="badge t-{}">{}</span>', tone if tone in TONES else "idle", text)


@register.filter
def day(value: date | None) -> str:
    """A day as the reader writes it, with its month in words; a dash for None."""
    return NOTHING if value is None else wording.day(value)


@register.simple_tag
def status(obj: Model, field: str = "status") -> SafeString:
    """Badge of a choice field: its label, and the tone the model gives in ``<field>_tone``."""
    value = getattr(obj, field)
    if value in (None, ""):
        return NOTHING
    display = getattr(obj, f"get_{field}_display", None)
    return badge(display() if display else value, tone_of(obj, field))


def tone_of(obj: Any, field: str = "status") -> str:
    """The tone of a choice: the model's ``<field>_tone``, else the ``tone`` of its enumeration, else idle."""
    tone: Any = getattr(obj, f"{field}_tone", None)
    if tone is None:
        choices = getattr(type(obj), field.title().replace("_", ""), None)
        if isinstance(choices, type) and issubclass(choices, Enum):
            tone = getattr(choices(getattr(obj, field)), "tone", None)
    return str(tone or "idle")


@register.simple_tag(takes_context=True)
def when(context: Context, moment: datetime | None, site: Any = None) -> SafeString:
    """How long ago or until, with the exact local time in the title. The browser keeps it current."""
    if moment is None:
        return NOTHING
    return time_element(moment, zone_of(context, site))


def time_element(moment: datetime, zone: ZoneInfo) -> SafeString:
    """The words and, in the title, the exact local time with its zone."""
    return format_html(
        '<time datetime="{}" data-relative title="{} ({})">{}</time>',
        moment.isoformat(timespec="seconds"),
        wording.moment(clock.local(moment, zone)),
        wording.zone(moment, zone),
        wording.relative(moment, clock.now()),
    )


@register.simple_tag(takes_context=True)
def at(
    context: Context,
    moment: datetime | date | None,
    site: Any = None,
    form: str = "datetime",
) -> SafeString:
    """Exact local time of the site as "datetime", "date" or "time"; a plain date is shown as it is."""
    if isinstance(site, str) and site in FORMS:
        site, form = None, site
    if moment is None:
        return NOTHING
    if not isinstance(moment, datetime):
        return format_html('<time datetime="{}">{}</time>', moment.isoformat(), wording.day(moment))
    zone = zone_of(context, site)
    return format_html(
        '<time class="num" datetime="{}" data-zone="{}" data-zone-name="{}">{}</time>',
        moment.isoformat(timespec="seconds"),
        zone.key,
        wording.zone(moment, zone),
        wording.moment(clock.local(moment, zone), form),
    )


def zone_of(context: Context | dict[str, Any], site: Any = None) -> ZoneInfo:
    """The zone to show times in: the given site's (or zone name), else the chosen site's, else the default."""
    if site is None:
        shell = context.get("shell") or frame_of(getattr(context, "request", None))
        return ZoneInfo(shell.zone) if shell is not None else ZoneInfo("UTC")
    zone = getattr(site, "time_zone", site)
    return zone if isinstance(zone, ZoneInfo) else ZoneInfo(str(zone))


@register.simple_tag
def duration(span: timedelta | float | None) -> SafeString | str:
    """A length of time in words: "1 h 20 min". Takes a timedelta or seconds."""
    if span is None:
        return NOTHING
    return wording.span(span if isinstance(span, timedelta) else timedelta(seconds=span))


@register.inclusion_tag("components/figure.html")
def figure(
    label: Any,
    value: Any,
    unit: Any = "",
    note: Any = "",
    tone: str = "",
    url: str = "",
) -> dict[str, Any]:
    """One figure card. A value of None reads "no data", never 0."""
    shown = value
    if isinstance(value, int | float) and not isinstance(value, bool):
        shown = formats.number_format(value, use_l10n=True, force_grouping=True)
    return {
        "label": label,
        "value": shown,
        "unit": unit,
        "note": note,
        "tone": tone,
        "url": url,
    }


@register.simple_tag
def sparkline(values: Sequence[float | None], label: str = "") -> SafeString:
    """Small trend; gaps where a value is None. Label says it in words for those who do not see it."""
    lines = drawing.sparkline(values, width=120, height=26)
    return format_html(
        '<svg class="sparkline" viewBox="0 0 120 26" width="120" height="26" role="img" aria-label="{}">{}{}</svg>',
        label or _("Trend of {count} values").format(count=sum(value is not None for value in values)),
        format_html_join("", '<polyline points="{}"/>', ((points,) for points in lines.segments)),
        format_html_join("", '<circle cx="{}" cy="{}" r="2"/>', lines.dots),
    )


@register.simple_tag
def hour_lines(hours: Sequence[Mark], height: int = 46) -> SafeString:
    """The lines of the hours across a lane. All lanes have the same, so they are drawn once."""
    places = ((hour.at, height) for hour in hours)
    return format_html_join("", '<line class="hour" x1="{0}%" x2="{0}%" y1="0" y2="{1}"/>', places)


@register.simple_tag
def target_rail(
    value: float | None,
    target: float | None = None,
    minimum: float = 0,
    maximum: float = 100,
    low: float | None = None,
    high: float | None = None,
    tone: str = "info",
    label: str = "",
) -> SafeString:
    """Where a value stands on its scale, with its interval (low..high) and the target as a dashed line."""
    if value is None:
        return NOTHING
    rail = drawing.Rail(minimum, maximum, width=180, margin=6)
    parts = [SafeString('<rect class="rail" x="0" y="9" width="180" height="4" rx="2"/>')]
    if low is not None and high is not None:
        left, right = rail.x(low), rail.x(high)
        parts.append(
            format_html(
                '<rect class="interval" x="{}" y="8" width="{}" height="6" rx="3"/>',
                left,
                round(right - left, 1),
            )
        )
    if target is not None:
        parts.append(
            format_html(
                '<line class="target" x1="{0}" x2="{0}" y1="2" y2="20"/>',
                rail.x(target),
            )
        )
    parts.append(format_html('<circle class="f-{}" cx="{}" cy="11" r="5"/>', tone, rail.x(value)))
    return format_html(
        '<svg class="target-rail" viewBox="0 0 180 22" width="180" height="22" role="img" aria-label="{}">{}</svg>',
        label or f"{value:g}" + (f" / {target:g}" if target is not None else ""),
        SafeString("".join(parts)),  # only pieces made by format_html above
    )


@register.simple_tag
def progress(done: float, total: float, tone: str = "info", label: str = "") -> SafeString:
    """A bar with its numbers: how much of the total is done. A total of 0 reads as nothing to do."""
    if not total:
        return NOTHING
    return format_html(
        '<span class="progress-line"><svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="rail" width="100" height="6"/><rect class="f-{}" width="{}" height="6"/></svg>'
        '<span class="num">{}</span></span>',
        tone,
        f"{min(max(done / total, 0.0), 1.0) * 100:.1f}",
        label or f"{done:g}/{total:g}",
    )


@register.filter
def percent(value: float | None, digits: int = 1) -> SafeString | str:
    """A share (0..1) in percent; "—" for None."""
    return NOTHING if value is None else show_percent(value, digits)


@register.simple_tag(takes_context=True)
def block_again(context: Context, name: str) -> SafeString | str:
    """The content of a block once more: the page's title as its heading. Empty without inheritance."""
    blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
    found = blocks.get_block(name) if blocks is not None else None
    if found is None:
        return ""
    again = BlockNode(name, found.nodelist)
    with context.push():
        again.context = context  # what BlockNode.render does for {{ block.super }}
        context["block"] = again
        return again.nodelist.render(context)


@register.simple_tag(takes_context=True)
def sort_url(context: Context, key: str, parameter: str = "sort") -> str:
    """Address of this page sorted by key; a second time the other way round."""
    query = context["request"].GET.copy()
    query[parameter] = f"-{key}" if query.get(parameter) == key else key
    query.pop("page", None)
    return f"?{query.urlencode()}"
