"""Secrets that must be read again are stored sealed."""

from typing import Any

import pytest

from core.sealing import Unreadable, seal, unseal


def test_what_is_sealed_is_not_readable_and_comes_back() -> None:
    sealed = seal("SEC-秘密")
    assert "SEC" not in sealed
    assert unseal(sealed) == "SEC-秘密"
    assert seal("SEC-秘密") != sealed
    assert (seal(""), unseal("")) == ("", "")


def test_a_former_secret_key_still_opens_and_another_does_not(settings: Any) -> None:
    sealed, before = seal("x"), settings.SECRET_KEY
    settings.SECRET_KEY = "another-" + "y" * 50
    with pytest.raises(Unreadable):
        unseal(sealed)
    settings.SECRET_KEY_FALLBACKS = [before]
    assert unseal(sealed) == "x"


def test_what_was_changed_is_not_opened() -> None:
    sealed = seal("x")
    with pytest.raises(Unreadable):
        unseal(sealed[:-4] + "AAAA")
