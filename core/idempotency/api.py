"""``Idempotency-Key`` on the writes of the API."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api.problems import Conflict, Unprocessable
from core.idempotency import records
from core.models import IdempotentRequest

HEADER = "Idempotency-Key"


class StillRunning(Conflict):
    """409: the first request under this key has not ended."""

    default_code = "in_flight"
    default_detail = _("The first request with this Idempotency-Key is still running.")
    wait = 1


class _Replay(Exception):
    def __init__(self, record: IdempotentRequest) -> None:
        super().__init__()
        self.record = record


class IdempotentMixin(APIView):
    """A write under an ``Idempotency-Key`` has one effect; its answer is replayed to every repetition.

    Keys belong to the company. An answer that is an error is not kept: it had no effect, so a repetition
    runs anew. The same key with another person, address or body answers 422; while the first still runs, 409.
    """

    _record: IdempotentRequest | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Run key and effect in one transaction."""
        if request.method in SAFE_METHODS or HEADER not in request.headers:
            return super().dispatch(request, *args, **kwargs)
        with transaction.atomic():
            response = super().dispatch(request, *args, **kwargs)
            if response.status_code >= 400:
                transaction.set_rollback(True)
            elif self._record is not None:
                if isinstance(response, Response):
                    response.render()
                records.keep(self._record, response)
        return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Once it is known who asks: claim the key, or leave with the stored answer."""
        super().initial(request, *args, **kwargs)
        if request.method not in SAFE_METHODS and HEADER in request.headers:
            self._claim(request)

    def _claim(self, request: Request) -> None:
        person: Any = request.user
        key = request.headers[HEADER]
        if not records.KEY.fullmatch(key):
            raise ValidationError({HEADER: [_("Use 1 to 128 visible ASCII characters.")]})
        print_of = records.fingerprint(
            str(person.pk), str(request.method), request.get_full_path(), request._request.body
        )
        try:
            record = records.claim(
                company_id=person.company_id,
                key=key,
                person_id=person.pk,
                print_of=print_of,
                wait=False,
            )
        except records.InFlight:
            raise StillRunning from None
        except records.Mismatch:
            raise Unprocessable from None
        if record.status is not None:
            raise _Replay(record)
        self._record = record

    def handle_exception(self, exc: Exception) -> Response:
        """A replay leaves DRF's flow as an exception and becomes an answer here."""
        if isinstance(exc, _Replay):
            return records.replay(exc.record)  # type: ignore[return-value]  # finalize_response takes both
        return super().handle_exception(exc)
