"""Group robots of WeCom: the key stands in the address, there is no signature, 20 messages a minute."""

from collections.abc import Mapping
from typing import Any

from core.notifications.channels.robots.vendors import Request, Verdict, verdict_of

TOO_FAST = frozenset({45009, 45033})
#: The robot or its key does not exist (any more).
HOPELESS = frozenset({93000, 40014})


class WeCom:
    """As developer.work.weixin.qq.com describes it (群机器人配置说明)."""

    name = "wecom"
    hosts = frozenset({"qyapi.weixin.qq.com"})
    most_bytes = 2048
    signs = False

    def request(self, *, address: str, secret: str, text: str) -> Request:
        """A text message; nobody is mentioned."""
        return Request(address, {"msgtype": "text", "text": {"content": text}})

    def verdict(self, answer: Mapping[str, Any]) -> Verdict:
        """errcode 0 is success."""
        return verdict_of(answer, "errcode", "errmsg", too_fast=TOO_FAST, hopeless=HOPELESS)
