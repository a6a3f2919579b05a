"""The vendors of group robots. One folder each; a new one is a folder, a line in VENDORS and a choice of RobotVendor."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol

from django.utils.module_loading import import_string

from core.outgoing import Answer, Unsent

VENDORS = (
    "core.notifications.channels.wecom.robot.WeCom",
    "core.notifications.channels.dingtalk.robot.DingTalk",
    "core.notifications.channels.feishu.robot.Feishu",
)


@dataclass(frozen=True, slots=True)
class Request:
    """What is posted: the address with what the vendor wants in it, and the JSON body."""

    address: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the vendor's own code says. `too_fast`: the group's limit; `hopeless`: no retry can help."""

    is_sent: bool
    code: str = ""
    words: str = ""
    too_fast: bool = field(default=False, kw_only=True)
    hopeless: bool = field(default=False, kw_only=True)


class Vendor(Protocol):
    """What a vendor's folder provides."""

    name: str
    #: Hosts of its robots; others are refused unless the installation allows them (OUTGOING_PRIVATE_HOSTS).
    hosts: frozenset[str]
    #: Bytes of text one message may have.
    most_bytes: int
    #: Does it know signing?
    signs: bool

    def request(self, *, address: str, secret: str, text: str) -> Request:
        """The post that says `text`, signed when there is a secret."""

    def verdict(self, answer: Mapping[str, Any]) -> Verdict:
        """What the JSON of a 200 answer means."""


@cache
def vendors() -> Mapping[str, Vendor]:
    """All vendors by name."""
    made: list[Vendor] = [import_string(path)() for path in VENDORS]
    return {vendor.name: vendor for vendor in made}


def judged(vendor: Vendor, answer: Answer) -> Verdict:
    """What an answer means. Raises Unsent when it is no JSON object of a vendor, or no 200."""
    if answer.status != 200:
        raise Unsent("redirect" if 300 <= answer.status < 400 else "status", answer.status)
    try:
        said = json.loads(answer.body)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise Unsent("strange", "JSON?")
    return vendor.verdict(said)


def verdict_of(
    said: Mapping[str, Any], code: str, words: str, *, too_fast: frozenset[int], hopeless: frozenset[int]
) -> Verdict:
    """The verdict by the number in `code` (0 is success) and the text in `words`. Raises Unsent without a number."""
    number = said.get(code)
    if not isinstance(number, int) or isinstance(number, bool):
        raise Unsent("strange", f"{code}?")
    return Verdict(
        number == 0,
        str(number),
        str(said.get(words, ""))[:200],
        too_fast=number in too_fast,
        hopeless=number in hopeless,
    )
