"""Integration tokens: made once, shown once, used for a while, revoked at once."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pghistory
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import audit, context, policies
from core.api.authentication import token_resolver
from core.clock import now
from organization.models import IntegrationToken
from organization.services.token_lookup import usable_token

PREFIX = "orderly_"
LONGEST_DAYS = 366
USE_NOTED_EVERY = timedelta(minutes=1)

MADE = audit.register_action("organization.token_made", _("Made the integration token %(name)s"))
REVOKED = audit.register_action("organization.token_revoked", _("Revoked the integration token %(name)s"))


@transaction.atomic
def make_token(*, actor: Any, name: str, scopes: Sequence[str], days: int) -> tuple[IntegrationToken, str]:
    """A new token of the actor's company, acting for the actor; and its secret, which is not kept.

    `scopes` are "<app>:read" or "<app>:write"; `days` at most 366. Raises PermissionDenied, ValidationError.
    """
    policies.require(actor, "add", IntegrationToken, parent=actor.company)
    if actor.company_id is None:
        raise ValidationError(_("A token belongs to a company; sign in as one of its people."))
    if not 1 <= days <= LONGEST_DAYS:
        raise ValidationError({"days": _("Choose between 1 and 366 days.")})
    secret = PREFIX + secrets.token_urlsafe(32)
    token = IntegrationToken(
        company_id=actor.company_id,
        name=name,
        sha256=hashed(secret),
        hint=secret[: len(PREFIX) + 4],
        scopes=sorted(set(scopes)),
        expires_at=now() + timedelta(days=days),
        created_by=actor,
    )
    token.full_clean()
    token.save()
    audit.record(
        MADE, actor=actor, target=token, details={"name": name, "scopes": token.scopes, "days": days}
    )
    return token, secret


@transaction.atomic
def revoke_token(*, actor: Any, token: IntegrationToken) -> None:
    """End a token now; revoking it again changes nothing. Raises PermissionDenied."""
    policies.require(actor, "revoke", token)
    if IntegrationToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now()):
        audit.record(REVOKED, actor=actor, target=token, details={"name": token.name})


def hashed(secret: str) -> str:
    """What is kept of a secret (256 random bits need no slow hash)."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


@token_resolver
def resolve(secret: str) -> tuple[Any, IntegrationToken] | None:
    """The person a secret acts for and its token, or None; what is written from here on carries that person."""
    token = usable_token(hashed(secret))
    if token is None:
        return None
    moment = now()
    noted = moment - USE_NOTED_EVERY
    if token.last_used_at is None or token.last_used_at < noted:
        IntegrationToken.objects.filter(Q(last_used_at=None) | Q(last_used_at__lt=noted), pk=token.pk).update(
            last_used_at=moment
        )
    context.actor_id.set(token.created_by_id)
    pghistory.context(user=token.created_by_id, token=token.pk)
    return token.created_by, token
