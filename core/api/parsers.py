"""JSON as we accept it: text that the database can hold, and no more depth than anybody needs."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import IO, Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

MAX_DEPTH = 32
MAX_INTEGER = 2**63 - 1


class UnstorableError(ValueError):
    """The value holds something PostgreSQL cannot keep."""


def check_storable(value: Any, depth: int = 0) -> None:
    """Raise UnstorableError for NUL characters, lone surrogates, integers beyond 64 bits, or deep nesting.

    `value` is what a JSON decoder made. Asked of every value that phones send, hence by type and not by pattern.
    """
    if depth > MAX_DEPTH:
        raise UnstorableError("too deep")
    kind = type(value)
    if kind is str:
        _check_text(value)
    elif kind is int:
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise UnstorableError("number too large")
    elif kind is float:
        if not isfinite(value):
            raise UnstorableError("number too large")
    elif kind is dict:
        for name, member in value.items():
            _check_text(name)
            check_storable(member, depth + 1)
    elif kind is list:
        for member in value:
            check_storable(member, depth + 1)


def _check_text(text: str) -> None:
    if "\x00" in text:
        raise UnstorableError("NUL character")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise UnstorableError("lone surrogate") from None


class StrictJSONParser(JSONParser):
    """DRF's parser, with 400 instead of a fault for bodies no database row can hold."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The decoded body. Raises ParseError."""
        try:
            value = super().parse(stream, media_type, parser_context)
            check_storable(value)
        except (UnstorableError, RecursionError, UnicodeError) as error:
            raise ParseError(_("The body holds a value that cannot be stored.")) from error
        return value
