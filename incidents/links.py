"""Links of residents: tokens derived by signature, never stored, recognised by their SHA-256 alone.

Whoever reads the database cannot make a link, and a changed key does not void what hangs on the walls or was mailed;
it can only not be shown again. Tokens are base 32, so that a link read aloud or typed from a poster survives.
"""

import re
from base64 import b32encode
from hashlib import sha256

from django.conf import settings
from django.utils.crypto import salted_hmac

from incidents.models import FollowUp, IntakePoint

#: 128 bits for what hangs on a wall, where a short code is read from farther; 256 for what is secret.
POINT_BYTES, CASE_BYTES = 16, 32
_POINT_SALT, _CASE_SALT = "incidents.intake_point", "incidents.follow_up"
_SHAPE = re.compile(r"[a-z2-7]{26}|[a-z2-7]{52}")


def digest(token: str) -> str:
    """What the database keeps of a token."""
    return sha256(token.encode()).hexdigest()


def has_shape(token: str) -> bool:
    """Could this be a token at all?"""
    return _SHAPE.fullmatch(token) is not None


def point_token(point_id: int, serial: int) -> str:
    """The token on label `serial` of an intake point."""
    return _derive(_POINT_SALT, point_id, serial, POINT_BYTES)


def case_token(case_id: int, serial: int) -> str:
    """The token of link `serial` to a case."""
    return _derive(_CASE_SALT, case_id, serial, CASE_BYTES)


def point_url(point: IntakePoint) -> str:
    """The address in the QR code; "" when the key has changed since the label was issued."""
    return _shown("/r/{}/", point_token(point.pk, point.serial), point.token_sha256)


def case_url(follow_up: FollowUp) -> str:
    """The address by which a resident follows a case; "" for a void link or after a change of the key."""
    return _shown("/r/case/{}/", case_token(follow_up.pk, follow_up.serial), follow_up.token_sha256)


def _shown(path: str, token: str, kept: str | None) -> str:
    return settings.PUBLIC_URL.rstrip("/") + path.format(token) if digest(token) == kept else ""


def _derive(salt: str, key: int, serial: int, size: int) -> str:
    secret = str(getattr(settings, "LABEL_SIGNING_KEY", "") or settings.SECRET_KEY)
    signature = salted_hmac(salt, f"{key}.{serial}", secret=secret, algorithm="sha256").digest()
    return b32encode(signature[:size]).decode().rstrip("=").lower()
