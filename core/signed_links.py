"""Tokens of links derived by signature, never stored, recognised by their SHA-256 alone.

Whoever reads the database cannot make a link, and a changed key does not void what hangs on the walls or was mailed;
it can only not be shown again. Tokens are base 32, so that a link read aloud or typed from a poster survives.
"""

import re
from base64 import b32encode
from hashlib import sha256

from django.conf import settings
from django.utils.crypto import salted_hmac

#: 128 bits for what hangs on a wall, where a short code is read from farther; 256 for what is secret.
WALL_BYTES, SECRET_BYTES = 16, 32
_SHAPE = re.compile(r"[a-z2-7]{26}|[a-z2-7]{52}")


def digest(token: str) -> str:
    """What the database keeps of a token."""
    return sha256(token.encode()).hexdigest()


def has_shape(token: str) -> bool:
    """Could this be a token at all?"""
    return _SHAPE.fullmatch(token) is not None


def derive(salt: str, key: int, serial: int, size: int) -> str:
    """The token of the row `key`, of its issue `serial`; `salt` names what kind of row, `size` is in bytes."""
    secret = str(getattr(settings, "LABEL_SIGNING_KEY", "") or settings.SECRET_KEY)
    signature = salted_hmac(salt, f"{key}.{serial}", secret=secret, algorithm="sha256").digest()
    return b32encode(signature[:size]).decode().rstrip("=").lower()


def address(path: str, token: str, kept: str | None) -> str:
    """The public address of `path` with the token in it; "" unless it is the token whose hash was `kept`."""
    return settings.PUBLIC_URL.rstrip("/") + path.format(token) if digest(token) == kept else ""
