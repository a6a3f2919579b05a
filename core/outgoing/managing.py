"""What making and changing an endpoint has in common for robots and webhooks, and trying a delivery again."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from core import audit, navigation, outbox, policies
from core.clock import now
from core.models import Endpoint, RobotMessage, Sending, SendingState, WebhookDelivery

RETRIED = audit.register_action("core.sending_retried", _("Had a delivery to %(name)s tried again"))
#: Work and name of the delivery in its payload, by model.
WORK: dict[type[Sending], tuple[str, str]] = {
    RobotMessage: ("core.tell_group", "message"),
    WebhookDelivery: ("core.webhook", "delivery"),
}


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose an endpoint is."""

    company_id: int
    site_id: int | None


def owner_of(user: Any, model: type[Endpoint], site: Any) -> Owner:
    """Company and site of a new endpoint (`site` None: the whole company). Raises PermissionDenied, ValidationError."""
    if user.company_id is None:
        raise ValidationError(_("This belongs to a company; sign in as one of its people."))
    policies.require(user, "add", model, parent=site or user.company)
    return Owner(user.company_id if site is None else site.company_id, None if site is None else site.pk)


def move(user: Any, endpoint: Endpoint, site: Any) -> None:
    """Check that `user` may change the endpoint, and set its site. Raises PermissionDenied."""
    policies.require(user, "change", endpoint)
    if endpoint.site_id != (None if site is None else site.pk):
        owner = owner_of(user, type(endpoint), site)
        endpoint.company_id, endpoint.site_id = owner.company_id, owner.site_id


def places_for(user: Any, model: type[Endpoint]) -> tuple[bool, list[Any]]:
    """May `user` add for the whole company, and for which of their sites?"""
    whole = user.company_id is not None and policies.allowed(user, "add", model, parent=user.company)
    mine: list[Any] = list(navigation.user_sites(user))
    return whole, [site for site in mine if policies.allowed(user, "add", model, parent=site)]


@transaction.atomic
def retry(*, user: Any, delivery: Sending) -> bool:
    """Let a given-up delivery go again, with its old id; False when it is not given up any more.

    Raises PermissionDenied.
    """
    model, endpoint = type(delivery), delivery.endpoint
    policies.require(user, "change", endpoint)
    failed: models.QuerySet[Any] = model._default_manager.filter(pk=delivery.pk, state=SendingState.FAILED)
    if not failed.update(state=SendingState.WAITING, attempts=0, since=now(), ended_at=None):
        return False
    type(endpoint)._default_manager.filter(pk=endpoint.pk).update(failures=0, quiet_until=None)
    work, name = WORK[model]
    outbox.enqueue(work, {name: str(delivery.pk)}, company_id=endpoint.company_id)
    audit.record(
        RETRIED, actor=user, company=endpoint.company, target=endpoint, details={"name": endpoint.name}
    )
    return True
