"""How a delivery proves that it is ours and fresh. docs/webhooks.md shows the other side's check."""

import hmac
from collections.abc import Sequence
from hashlib import sha256

VERSION = "v1"


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """Hexadecimal HMAC-SHA256 over "<timestamp>.<body>"; `timestamp` in seconds since 1970 UTC."""
    return hmac.new(secret.encode(), f"{timestamp}.".encode() + body, sha256).hexdigest()


def headers(
    *, secrets: Sequence[str], timestamp: int, body: bytes, event: str, delivery: str
) -> dict[str, str]:
    """All headers of a delivery. While a secret is changed there is one signature for each."""
    signed = ",".join(f"{VERSION}={signature(secret, timestamp, body)}" for secret in secrets)
    return {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Orderly-Webhook/1",
        "Orderly-Event": event,
        "Orderly-Delivery": delivery,
        "Orderly-Timestamp": str(timestamp),
        "Orderly-Signature": signed,
    }
