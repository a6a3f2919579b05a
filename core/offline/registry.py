"""Handlers by kind. An app declares them in a module its ``ready()`` imports."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from core.offline.messages import Incoming, Outcome

Handler = Callable[[Incoming], Outcome]
BulkHandler = Callable[[list[Incoming]], dict[UUID, Outcome]]

H = TypeVar("H", bound=Handler)
B = TypeVar("B", bound=BulkHandler)

_handlers: dict[str, Handler] = {}
_bulk_handlers: dict[str, BulkHandler] = {}


def handler(kind: str) -> Callable[[H], H]:
    """Register `function(op) -> Outcome` for operations of `kind` ("app.verb").

    It runs in a transaction with the operation's own row, so its effect and its receipt exist together or not
    at all, and exactly once. It may raise Refused, PermissionDenied, ValidationError or ObjectDoesNotExist
    (quarantine), or a database error (the phone sends it again). Raises ValueError on a second one of the kind.
    """

    def register(function: H) -> H:
        _check_free(kind)
        _handlers[kind] = function
        return function

    return register


def bulk_handler(kind: str) -> Callable[[B], B]:
    """Register `function(ops) -> {id: Outcome}` for a kind whose own table is the record of what came.

    It gets all operations of the kind of one request at once, each id once, in one transaction; it answers
    replays (same id, same `body_sha256`) with the same outcome and other bodies with Outcome.conflict().
    When it raises, the operations are halved and tried again until the bad one is alone.
    """

    def register(function: B) -> B:
        _check_free(kind)
        _bulk_handlers[kind] = function
        return function

    return register


def handler_of(kind: str) -> Handler | None:
    """The single handler of `kind`, if any."""
    return _handlers.get(kind)


def bulk_handler_of(kind: str) -> BulkHandler | None:
    """The bulk handler of `kind`, if any."""
    return _bulk_handlers.get(kind)


def is_kind(kind: str) -> bool:
    """Is `kind` registered?"""
    return kind in _handlers or kind in _bulk_handlers


def _check_free(kind: str) -> None:
    if is_kind(kind):
        raise ValueError(f"operations of kind {kind} have a handler already")
