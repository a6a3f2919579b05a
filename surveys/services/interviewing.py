"""Telephone interviews: the next household in random order, held by one caller; what came of the call.

The order is that of the lots drawn with the wave's seed, so that nobody chooses whom to call.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.clock import now
from core.policies import get_visible_or_404, require
from organization.models import Person, Resident
from organization.services.households import see_phones
from surveys.entries import checked, fields_of
from surveys.models import Call, Channel, Evidence, Invitation, InvitationState, Response, Wave, WaveState
from surveys.sampling import lot
from surveys.selectors.papers import WITH_NUMBER
from surveys.services.collecting import keep_collected

#: So long a household is kept for who calls it.
HELD = timedelta(minutes=20)


@transaction.atomic
def next_household(*, user: Person, wave: Wave) -> Invitation | None:
    """The household to call now: the one held already, else the first by lot that is free; None when there is none.

    Those of whom a number is known come before the others, whom only a look into other papers reaches.

    Raises PermissionDenied, ValidationError.
    """
    _callable(user, wave)
    moment = now()
    mine: Invitation | None = _waiting(wave).filter(call__held_by=user, call__held_until__gt=moment).first()
    if mine is not None:
        return mine
    # One caller at a time chooses; the others wait for the few milliseconds it takes.
    Wave.objects.select_for_update(of=("self",)).get(pk=wave.pk)
    free = Q(call=None) | (
        (Q(call__held_until=None) | Q(call__held_until__lte=moment))
        & (Q(call__call_after=None) | Q(call__call_after__lte=moment))
    )
    keys = _waiting(wave).filter(free).values_list("pk", WITH_NUMBER)
    chosen_key = min(keys, key=lambda row: (not row[1], lot(wave.seed or 0, row[0])), default=None)
    if chosen_key is None:
        return None
    first = chosen_key[0]
    Call.objects.update_or_create(
        invitation_id=first, defaults={"held_by": user, "held_until": moment + HELD, "call_after": None}
    )
    chosen: Invitation = _waiting(wave).get(pk=first)
    return chosen


def phones_of(*, user: Person, invitation: Invitation) -> list[Resident]:
    """The residents of the household with their numbers; the look is recorded. Raises PermissionDenied."""
    if invitation.household is None:
        return []
    return [one for one in see_phones(actor=user, household=invitation.household) if one.phone]


@transaction.atomic
def call_again(*, user: Person, invitation_id: int, after: datetime) -> None:
    """Nobody answered, or they asked to be called later. Raises ValidationError for a time outside the wave."""
    invitation = _held(user, invitation_id)
    closes_at = invitation.wave.closes_at
    if closes_at is None or not now() < after < closes_at:
        raise ValidationError({"after": [_("Choose a time before the survey closes.")]})
    call = invitation.call
    call.attempts += 1
    call.call_after, call.held_by, call.held_until = after, None, None
    call.save()


@transaction.atomic
def note_outcome(*, user: Person, invitation_id: int, state: str) -> Invitation:
    """The household does not take part, or cannot be reached; also noted at the door or on paper.

    Raises ValidationError when it has answered meanwhile, and for another state.
    """
    if state not in (InvitationState.REFUSED, InvitationState.UNREACHABLE):
        raise ValidationError(_("Choose what came of it."))
    invitation = _changeable(user, invitation_id)
    invitation.state = state
    invitation.save(update_fields=["state"])
    Call.objects.filter(invitation=invitation).delete()
    return invitation


@transaction.atomic
def answer_interview(
    *, user: Person, invitation_id: int, form_key: UUID, typed: Mapping[str, Any]
) -> Response:
    """The answers of a household at the telephone. Raises ValidationError, also when it has answered meanwhile."""
    invitation = _changeable(user, invitation_id)
    questions = list(invitation.wave.version.questions.order_by("position"))
    response = keep_collected(
        user=user,
        wave=invitation.wave,
        channel=Channel.INTERVIEW,
        evidence=Evidence.PERSONAL,
        invitation=invitation,
        stratum_id=invitation.stratum_id,
        entry=checked(fields_of(questions), typed),
        form_key=form_key,
    )
    # Nothing may tell when it was called: that would tell which answer is its own.
    Call.objects.filter(invitation=invitation).delete()
    return response


def _callable(user: Person, wave: Wave) -> None:
    require(user, "collect", wave)
    if wave.state != WaveState.OPEN:
        raise ValidationError(_("The survey is not running."))


def _waiting(wave: Wave) -> Any:
    return Invitation.objects.filter(
        wave=wave, state=InvitationState.INVITED, household__isnull=False
    ).select_related("household__building", "stratum", "call", "wave__site")


def _changeable(user: Person, invitation_id: int) -> Invitation:
    """The invitation, locked, while it waits for an answer. Raises Http404, PermissionDenied, ValidationError."""
    found = get_visible_or_404(user, Invitation, pk=invitation_id)
    invitation = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("wave__site", "wave__version", "household")
        .get(pk=found.pk)
    )
    _callable(user, invitation.wave)
    if invitation.state == InvitationState.ANSWERED:
        raise ValidationError(_("This household has answered meanwhile."))
    return invitation


def _held(user: Person, invitation_id: int) -> Invitation:
    invitation = _changeable(user, invitation_id)
    Call.objects.get_or_create(invitation=invitation)
    return invitation
