"""Refused requests and requests for other people's things become entries of the record.

Written after the answer was made, outside the refused request's own transaction, which has rolled back.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import structlog
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse

from core.audit import actions
from core.audit.recording import record
from core.policies import foreign

log = structlog.get_logger()


class RecordRefusals:
    """Middleware, inside core.context.RequestContext: keeps 403 answers and reaches for foreign rows."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then record if the answer was a refusal to somebody signed in."""
        mark = foreign.set(None)
        try:
            response = self.get_response(request)
            if response.status_code == 403:
                self._record(request, actions.REFUSED, {})
            elif response.status_code == 404 and (reached := foreign.get()) is not None:
                self._record(request, actions.FOREIGN, {"kind": reached[0], "object": reached[1]})
        finally:
            foreign.reset(mark)
        return response

    def _record(self, request: HttpRequest, action: str, details: dict[str, Any]) -> None:
        if not request.user.is_authenticated:
            log.warning("refused", action=action, path=request.path)
            return
        try:
            record(action, actor=request.user, details={**_where(request), **details})
        except DatabaseError:
            # The answer is a refusal already; the log keeps what the table could not take.
            log.exception("refusal not recorded", action=action, path=request.path)


def _where(request: HttpRequest) -> dict[str, Any]:
    """The route and its plain keys; text in an address may be a secret link, so it stays out."""
    match = request.resolver_match
    if match is None:
        return {"method": request.method}
    keys = {name: str(value) for name, value in match.kwargs.items() if isinstance(value, int | UUID)}
    return {"method": request.method, "view": match.view_name, "keys": keys}
