"""Links to kept reports for people without an account: signed, for 30 days, void when the sending is gone."""

from datetime import timedelta

from django.core import signing

from core.clock import now
from kpi.models import ReportDelivery

LIFETIME = timedelta(days=30)
_SALT = "kpi.report_link"


class Expired(Exception):
    """The link was good once."""


def token_of(delivery: ReportDelivery) -> str:
    """A token that names a sending and the second it was made."""
    return signing.dumps({"delivery": delivery.pk, "at": int(now().timestamp())}, salt=_SALT, compress=False)


def delivery_of(token: str) -> ReportDelivery | None:
    """The sending a token names, None for a token that was never ours. Raises Expired after its time."""
    try:
        content = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    if now().timestamp() - content["at"] > LIFETIME.total_seconds():
        raise Expired
    rows = ReportDelivery.objects.select_related("report__site", "report__company")
    return rows.filter(pk=content["delivery"]).first()


def note_opened(delivery: ReportDelivery) -> None:
    """Remember when the link was first used."""
    ReportDelivery.objects.filter(pk=delivery.pk, opened_at=None).update(opened_at=now())
