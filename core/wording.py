"""How times and spans are written, per language, the same in pages, mails and reports."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import dateformat
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

_FORMATS = {
    "en": {"datetime": "j M Y H:i", "date": "j M Y", "time": "H:i"},
    "zh": {"datetime": "Y年n月j日 H:i", "date": "Y年n月j日", "time": "H:i"},
}
_JUST_NOW = timedelta(seconds=45)
_DAYS_IN_WORDS = 30


def moment(local: datetime, form: str = "datetime") -> str:
    """A local time as "datetime", "date" or "time"."""
    return dateformat.format(local, _format(form))


def day(local: date) -> str:
    """A calendar day."""
    return dateformat.format(local, _format("date"))


def zone(instant: datetime, tz: ZoneInfo) -> str:
    """The zone's offset at that instant: "UTC+8"."""
    offset = instant.astimezone(tz).utcoffset() or timedelta()
    minutes = int(offset.total_seconds() // 60)
    sign = "-" if minutes < 0 else "+"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")


def relative(instant: datetime, now: datetime) -> str:
    """The distance from now in words; beyond a month the date (in the instant's own zone)."""
    gap = instant - now
    if abs(gap) < _JUST_NOW:
        return _("just now")
    if abs(gap) > timedelta(days=_DAYS_IN_WORDS):
        return day(instant)
    words = _largest_unit(abs(gap))
    return _("in {time}").format(time=words) if gap > timedelta() else _("{time} ago").format(time=words)


def span(length: timedelta) -> str:
    """A length of time in its two largest units: "1 h 20 min"; negative ones with a minus."""
    seconds = int(abs(length).total_seconds())
    sign = "−" if length < timedelta() else ""
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, seconds = divmod(rest, 60)
    if days:
        parts = [_("{n} d").format(n=days), _("{n} h").format(n=hours) if hours else ""]
    elif hours:
        parts = [
            _("{n} h").format(n=hours),
            _("{n} min").format(n=minutes) if minutes else "",
        ]
    elif minutes:
        parts = [_("{n} min").format(n=minutes)]
    else:
        parts = [_("{n} s").format(n=seconds)]
    return sign + " ".join(part for part in parts if part)


def _largest_unit(gap: timedelta) -> str:
    minutes = max(round(gap.total_seconds() / 60), 1)
    if minutes < 60:
        return ngettext("{n} minute", "{n} minutes", minutes).format(n=minutes)
    hours = round(minutes / 60)
    if hours < 24:
        return ngettext("{n} hour", "{n} hours", hours).format(n=hours)
    days = round(hours / 24)
    return ngettext("{n} day", "{n} days", days).format(n=days)


def _format(form: str) -> str:
    language = "zh" if (get_language() or "en").startswith("zh") else "en"
    return _FORMATS[language][form]
