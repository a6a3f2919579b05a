"""Secrets that must be read again (to sign, to post) are stored sealed: Fernet under a key derived from SECRET_KEY.

A copy of the database alone then tells no secret. After a change of SECRET_KEY the old one belongs into
SECRET_KEY_FALLBACKS until everything has been typed anew; what no key opens raises Unreadable.
"""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PURPOSE = b"orderly sealed fields"


class Unreadable(Exception):
    """No key of this installation opens what was sealed."""


def seal(text: str) -> str:
    """`text` as it may be stored; "" stays ""."""
    return _keys().encrypt(text.encode()).decode() if text else ""


def unseal(sealed: str) -> str:
    """What was sealed; "" for "". Raises Unreadable."""
    if not sealed:
        return ""
    try:
        return _keys().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Unreadable from error


def _keys() -> MultiFernet:
    return MultiFernet([_key(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret: str) -> Fernet:
    derived = HKDF(SHA256(), 32, salt=None, info=PURPOSE).derive(secret.encode())
    return Fernet(urlsafe_b64encode(derived))
