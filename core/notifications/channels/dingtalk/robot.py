"""Group robots of DingTalk: timestamp and HMAC-SHA256 signature in the address, 20 messages a minute."""

import base64
import hmac
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from core import clock
from core.notifications.channels.robots.vendors import Request, Verdict, verdict_of

TOO_FAST = frozenset({130101, 410100, 90018, 90030})
#: The token does not exist; the group was dissolved; the robot was stopped.
HOPELESS = frozenset({300001, 300005, 400101, 400102})


class DingTalk:
    """As open.dingtalk.com describes it (自定义机器人接入, 加签)."""

    name = "dingtalk"
    hosts = frozenset({"oapi.dingtalk.com", "oapi.dingtalk.io"})
    most_bytes = 18_000
    signs = True

    def request(self, *, address: str, secret: str, text: str) -> Request:
        """A text message; nobody is mentioned."""
        body = {"msgtype": "text", "text": {"content": text}, "at": {"isAtAll": False}}
        if not secret:
            return Request(address, body)
        timestamp = str(round(clock.now().timestamp() * 1000))
        joint = "&" if "?" in address else "?"
        signed = urlencode({"timestamp": timestamp, "sign": signature(timestamp, secret)})
        return Request(f"{address}{joint}{signed}", body)

    def verdict(self, answer: Mapping[str, Any]) -> Verdict:
        """errcode 0 is success; 310000 names a keyword, signature or address list that does not fit."""
        return verdict_of(answer, "errcode", "errmsg", too_fast=TOO_FAST, hopeless=HOPELESS)


def signature(timestamp: str, secret: str) -> str:
    """Base64 of HMAC-SHA256 over "timestamp\\nsecret" with the secret as key; `timestamp` in milliseconds."""
    digest = hmac.new(secret.encode(), f"{timestamp}\n{secret}".encode(), sha256).digest()
    return base64.b64encode(digest).decode()
