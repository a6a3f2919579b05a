"""Links of surveys: one for each invitation, and the open code of a wave (core.signed_links)."""

from core.signed_links import WALL_BYTES, address, derive, digest
from surveys.models import Invitation, Wave

_INVITATION_SALT, _GATE_SALT = "surveys.invitation", "surveys.gate"


def invitation_token(invitation_id: int, serial: int) -> str:
    """The token of link `serial` of an invitation: 128 bits, so that it can be typed from a letter."""
    return derive(_INVITATION_SALT, invitation_id, serial, WALL_BYTES)


def gate_token(wave_id: int, serial: int) -> str:
    """The token of open code `serial` of a wave."""
    return derive(_GATE_SALT, wave_id, serial, WALL_BYTES)


def invitation_path(invitation: Invitation) -> str:
    """The path of its page, for people who are in the application anyhow."""
    return f"/s/{invitation_token(invitation.pk, invitation.serial)}/"


def invitation_url(invitation: Invitation) -> str:
    """The address in its letter; "" when the key has changed since it was made."""
    token = invitation_token(invitation.pk, invitation.serial)
    return address("/s/{}/", token, invitation.token_sha256)


def gate_url(wave: Wave) -> str:
    """The address on its poster; "" when there is none or the key has changed since it was made."""
    return address("/s/g/{}/", gate_token(wave.pk, wave.gate_serial), wave.gate_token_sha256)


def invitation_digest(invitation_id: int, serial: int) -> str:
    """What is kept of the token."""
    return digest(invitation_token(invitation_id, serial))
