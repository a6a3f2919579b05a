"""Where devices send their messages to: signed, and answered only once they are kept."""

import hmac
from hashlib import sha256
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _

from core.api.plain import endpoint
from core.api.problems import problem
from core.clock import now
from core.sealing import Unreadable
from core.webhooks.signing import VERSION, signature
from incidents.models import AlarmSource, MessageChannel
from incidents.services.alarm_intake import Unfit, read, take

TIMESTAMP, SIGNATURE = "Orderly-Timestamp", "Orderly-Signature"
#: Seconds a message may be on its way, or the device's clock be wrong.
TOLERANCE = 300
LARGEST = 512 * 1024
_DIGITS = 11


@endpoint("POST", open_to_strangers=True)
def alarm_intake(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One message or a list. 202 when they are kept, also when they had been there before.

    401: not signed with the source's secret, or too long ago; 403: switched off; 404: no such source; 413: too
    large; 400: not what docs/alarms.md describes.
    """
    body = request.body
    if len(body) > LARGEST:
        return problem(413, "too_large")
    source = AlarmSource.objects.filter(public_id=public_id).first()
    if source is None:
        return problem(404, "not_found", _("There is no alarm source of this name."))
    if refusal := _refusal(request, source, body):
        return refusal
    if not source.is_active:
        return problem(403, "switched_off", _("This alarm source is switched off."))
    try:
        messages = read(body)
    except Unfit as error:
        return problem(400, "invalid", str(error), index=error.index)
    identity = f"{int(request.headers[TIMESTAMP])}.{sha256(body).hexdigest()}"
    taken = take(source=source, messages=messages, channel=MessageChannel.WEBHOOK, identity=identity)
    return JsonResponse({"accepted": taken.accepted, "repeated": taken.repeated}, status=202)


def _refusal(request: HttpRequest, source: AlarmSource, body: bytes) -> HttpResponse | None:
    """A problem unless the body was signed with a secret of the source within the last minutes."""
    stamp = request.headers.get(TIMESTAMP, "")
    signed = request.headers.get(SIGNATURE, "")
    if not stamp or not signed:
        return problem(401, "not_signed", _("Send %(headers)s.") % {"headers": f"{TIMESTAMP}, {SIGNATURE}"})
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= _DIGITS):
        return problem(401, "bad_timestamp", _("The timestamp is in seconds since 1970 UTC."))
    given = [part.strip().removeprefix(f"{VERSION}=").encode() for part in signed.split(",")[:4]]
    try:
        known = [signature(secret, int(stamp), body).encode() for secret in source.secrets()]
    except Unreadable:
        return problem(
            503, "secret_unreadable", _("The stored secret cannot be read any more; make a new one.")
        )
    if not any(hmac.compare_digest(one, other) for one in given for other in known):
        return problem(
            401, "bad_signature", _("The signature does not fit the secret, the timestamp and the body.")
        )
    if abs(now().timestamp() - int(stamp)) > TOLERANCE:
        return problem(401, "stale", _("The timestamp is more than five minutes away from our clock."))
    return None
