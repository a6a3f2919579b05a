"""JSON as we accept it: text that the database can hold, and no more depth than anybody needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

MAX_DEPTH = 32
MAX_INTEGER = 2**63 - 1


class UnstorableError(ValueError):
    """The value holds something PostgreSQL cannot keep."""


def check_storable(value: Any, depth: int = 0) -> None:
    """Raise UnstorableError for NUL characters, lone surrogates, integers beyond 64 bits, or deep nesting."""
    if depth > MAX_DEPTH:
        raise UnstorableError("too deep")
    match value:
        case str():
            if "\x00" in value:
                raise UnstorableError("NUL character")
            try:
                value.encode()
            except UnicodeEncodeError:
                raise UnstorableError("lone surrogate") from None
        case bool():
            pass
        case int():
            if abs(value) > MAX_INTEGER:
                raise UnstorableError("number too large")
        case float():
            if value != value or value in {float("inf"), float("-inf")}:
                raise UnstorableError("number too large")
        case dict():
            for name, member in value.items():
                check_storable(name, depth + 1)
                check_storable(member, depth + 1)
        case list():
            for member in value:
                check_storable(member, depth + 1)


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
