"""From a stored context to words: in the reader's language, with times on the wall of the site.

A context is stored as JSON. Times, days, translated texts and lazy labels are kept as what they mean, so that
the same notification reads right for every reader: {"$time": …}, {"$day": …}, {"$text": …}, {"$lazy": …}.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext

from core import clock, wording
from core.models import Notification
from core.notifications.kinds import kind_of
from core.translated import TranslatedText


@dataclass(frozen=True, slots=True)
class Message:
    """A notification in words."""

    title: str
    body: str


def stored(context: Mapping[str, Any]) -> dict[str, Any]:
    """`context` as JSON that keeps the meaning of its values. Model instances become their names."""
    return {name: _stored(value) for name, value in context.items()}


def _stored(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"$time": value.isoformat()}
    if isinstance(value, date):
        return {"$day": value.isoformat()}
    if isinstance(value, TranslatedText):
        return {"$text": dict(value)}
    if isinstance(value, Promise):
        # A lazy label: keep its source, so that every reader gets it in their own language.
        arguments: Any = getattr(value, "_args", ())
        simple = len(arguments) == 1 and isinstance(arguments[0], str)
        return {"$lazy": arguments[0]} if simple else str(value)
    if isinstance(value, models.Model):
        return str(value)
    return value if isinstance(value, bool | int | float | str) or value is None else str(value)


def _shown(value: Any, zone: str) -> str:
    if isinstance(value, dict):
        if "$time" in value:
            return wording.moment(clock.local(datetime.fromisoformat(value["$time"]), zone))
        if "$day" in value:
            return wording.day(date.fromisoformat(value["$day"]))
        if "$text" in value:
            return str(TranslatedText(value["$text"]))
        if "$lazy" in value:
            return gettext(value["$lazy"])
    return "" if value is None else str(formats.localize(value))


def zone_of(notification: Notification) -> str:
    """IANA name of the zone its times are shown in: the site's, else the company's, else the default."""
    return zone_name(notification.site or getattr(notification.recipient, "company", None))


def zone_name(owner: Any) -> str:
    """IANA name of the zone of a site or company; the installation's default for None."""
    return str(getattr(owner, "time_zone", "") or settings.DEFAULT_SITE_TIME_ZONE)


def filled(text: Any, context: Mapping[str, Any], zone: str) -> str:
    """`text` in the active language with the places of a stored context, times on the wall of `zone`."""
    return _filled(text, {name: _shown(value, zone) for name, value in context.items()})


def message_of(notification: Notification) -> Message:
    """Title and body in the active language. An unknown kind (an app was removed) shows its name."""
    try:
        kind = kind_of(notification.kind)
    except LookupError:
        return Message(notification.kind, "")
    zone = zone_of(notification)
    values = {name: _shown(value, zone) for name, value in notification.context.items()}
    return Message(_filled(kind.title, values), _filled(kind.body, values))


def _filled(text: Any, values: Mapping[str, str]) -> str:
    words = str(text)
    return words % defaultdict(lambda: "…", values) if "%(" in words else words
