"""Links of residents: labels of intake points, and the pages by which cases are followed (core.signed_links)."""

from core.signed_links import SECRET_BYTES, WALL_BYTES, address, derive, digest, has_shape
from incidents.models import FollowUp, IntakePoint

_POINT_SALT, _CASE_SALT = "incidents.intake_point", "incidents.follow_up"

__all__ = ["case_token", "case_url", "digest", "has_shape", "point_token", "point_url"]


def point_token(point_id: int, serial: int) -> str:
    """The token on label `serial` of an intake point."""
    return derive(_POINT_SALT, point_id, serial, WALL_BYTES)


def case_token(case_id: int, serial: int) -> str:
    """The token of link `serial` to a case."""
    return derive(_CASE_SALT, case_id, serial, SECRET_BYTES)


def point_url(point: IntakePoint) -> str:
    """The address in the QR code; "" when the key has changed since the label was issued."""
    return address("/r/{}/", point_token(point.pk, point.serial), point.token_sha256)


def case_url(follow_up: FollowUp) -> str:
    """The address by which a resident follows a case; "" for a void link or after a change of the key."""
    return address("/r/case/{}/", case_token(follow_up.pk, follow_up.serial), follow_up.token_sha256)
