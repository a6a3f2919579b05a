"""Group robots of Feishu: timestamp and signature in the body, 100 messages a minute and 5 a second."""

import base64
import hmac
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from core import clock
from core.notifications.channels.robots.vendors import Request, Verdict, verdict_of

TOO_FAST = frozenset({11232, 99991400})
#: The address is not that of a robot (any more).
HOPELESS = frozenset({19001})


class Feishu:
    """As open.feishu.cn describes it (自定义机器人使用指南, 签名校验)."""

    name = "feishu"
    hosts = frozenset({"open.feishu.cn", "open.larksuite.com"})
    most_bytes = 18_000
    signs = True

    def request(self, *, address: str, secret: str, text: str) -> Request:
        """A text message. "<" is replaced: Feishu reads tags such as <at user_id="all"> in texts."""
        body: dict[str, Any] = {"msg_type": "text", "content": {"text": text.replace("<", "‹")}}
        if secret:
            timestamp = str(round(clock.now().timestamp()))
            body = {"timestamp": timestamp, "sign": signature(timestamp, secret), **body}
        return Request(address, body)

    def verdict(self, answer: Mapping[str, Any]) -> Verdict:
        """code 0 is success (robots of the first years say StatusCode)."""
        said = (
            answer
            if "code" in answer
            else {"code": answer.get("StatusCode"), "msg": answer.get("StatusMessage", "")}
        )
        return verdict_of(said, "code", "msg", too_fast=TOO_FAST, hopeless=HOPELESS)


def signature(timestamp: str, secret: str) -> str:
    """Base64 of HMAC-SHA256 over nothing with "timestamp\\nsecret" as key; `timestamp` in seconds."""
    return base64.b64encode(hmac.new(f"{timestamp}\n{secret}".encode(), b"", sha256).digest()).decode()
