"""What a robot says: plain text, no names, no phone numbers, within what the vendor takes."""

import re
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from core.models import RobotMessage
from core.notifications.kinds import kind_of
from core.notifications.wording import filled, zone_name

#: Mobile numbers of the mainland, numbers of Hong Kong and Macau with their gap, and anything with a country code.
PHONE = re.compile(
    r"(?<![\dA-Za-z])(?:\+\d{1,3}[ -]?(?:\d[ -]?){6,12}\d|1[3-9]\d[ -]?\d{4}[ -]?\d{4}|[2-9]\d{3}[ -]\d{4})(?![\dA-Za-z])"
)
HIDDEN = "•••"


def text_of(messages: Sequence[RobotMessage], *, language: str, most_bytes: int) -> str:
    """The words for one post; several messages are numbered below their count. Cut at `most_bytes` of UTF-8."""
    with translation.override(language):
        parts = [_message(message, short=len(messages) > 1) for message in messages]
        if len(parts) > 1:
            head = _("%(count)s notices") % {"count": len(parts)}
            parts = [head, *(f"{number}. {part}" for number, part in enumerate(parts, 1))]
        return cut("\n".join(parts), most_bytes)


def cut(text: str, most_bytes: int) -> str:
    """`text`, shortened to at most `most_bytes` of UTF-8, whole characters."""
    raw = text.encode()
    if len(raw) <= most_bytes:
        return text
    return raw[: most_bytes - 3].decode(errors="ignore") + "…"


def masked(value: Any) -> Any:
    """A stored value of a context without phone numbers."""
    return PHONE.sub(HIDDEN, value) if isinstance(value, str) else value


def _message(message: RobotMessage, *, short: bool) -> str:
    try:
        kind = kind_of(message.kind)
    except LookupError:  # an app was removed
        return message.kind
    place = message.site or message.robot.company
    context = {name: masked(value) for name, value in message.context.items()}
    lines = [f"[{place}] {kind.label}", filled(kind.group or "", context, zone_name(place))]
    if message.url:
        lines.append(settings.PUBLIC_URL + message.url)
    return (" " if short else "\n").join(line for line in lines if line)
