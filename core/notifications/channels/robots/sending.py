"""Sending what robots have to say: joined when several messages wait, within the vendor's limit.

A group may read a message twice when a process dies at the wrong moment: no vendor can recognise a repetition.
"""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.models import OutboxItem, Robot, RobotMessage
from core.notifications.channels.robots.vendors import judged, vendors
from core.notifications.channels.robots.wording import text_of
from core.outbox import handler
from core.outgoing import Unsent, post
from core.outgoing.delivering import Way, bury, deliver
from core.sealing import Unreadable


def say(robot: Robot, messages: Sequence[RobotMessage]) -> int:
    """Post messages of one robot as one text; the HTTP status. Raises Unsent."""
    vendor = vendors()[robot.vendor]
    for message in messages:
        message.robot = robot
    text = text_of(messages, language=robot.language, most_bytes=vendor.most_bytes)
    try:
        request = vendor.request(address=robot.address, secret=robot.secret, text=text)
    except Unreadable:
        raise Unsent("unreadable", hopeless=True) from None
    body = json.dumps(request.body, ensure_ascii=False).encode()
    answer = post(request.address, body, {"Content-Type": "application/json; charset=utf-8"})
    verdict = judged(vendor, answer)
    if not verdict.is_sent:
        words = f"{verdict.code} {verdict.words}"
        raise Unsent("vendor", words, hopeless=verdict.hopeless, too_fast=verdict.too_fast)
    return answer.status


#: Two posts fewer than the twenty a minute of WeCom and DingTalk, whose minute is not ours.
WAY = Way(RobotMessage, say, patience=timedelta(hours=2), most_joined=10, per_minute=18)


@handler(
    "core.tell_group",
    atomic=False,
    after_death=lambda item: bury(WAY, item, item.payload["message"]),
    title=_("Tell a group"),
)
def tell_group(payload: dict[str, Any], item: OutboxItem) -> None:
    """Send one message, and with it others of its robot that wait."""
    deliver(WAY, payload["message"])
