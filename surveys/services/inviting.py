"""Invitations: who is drawn, who is told, who is reminded, who could not be reached."""

from collections.abc import Iterable, Iterator, Sequence

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from core import audit
from core.clock import now
from core.policies import require
from organization.models import Person
from surveys import actions, notices
from surveys.links import invitation_digest
from surveys.models import Audience, Invitation, InvitationState, Stratum, Wave, WaveState
from surveys.sampling import draw
from surveys.services.telling import tell_invited

#: Letters in one file: more are printed in parts.
MOST_LETTERS = 300
ANONYMOUS = _("It is anonymous: nobody can tell who answered what.")
NAMED = _("It is not anonymous: your name stands beside your answers.")


def invitations_for(wave: Wave, strata: Sequence[tuple[Stratum, Sequence[int]]]) -> list[Invitation]:
    """Those drawn in each part, with the digests of their links. Keys are taken beforehand: links are made of them."""
    drawn = [
        (stratum, member)
        for stratum, members in strata
        for member in draw(members, stratum.invited, wave.seed or 0)
    ]
    field = "person_id" if wave.audience == Audience.STAFF else "household_id"
    return [
        Invitation(
            pk=key,
            wave=wave,
            stratum=stratum,
            token_sha256=invitation_digest(key, 1),
            **{field: member},
        )
        for key, (stratum, member) in zip(fresh_keys(len(drawn)), drawn, strict=True)
    ]


def fresh_keys(count: int) -> Iterator[int]:
    """Fresh keys of invitations, from their sequence."""
    sequence = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
    with connection.cursor() as cursor:
        cursor.execute(sequence, [Invitation._meta.db_table, count])
        return iter([row[0] for row in cursor.fetchall()])


def invite_staff(wave: Wave) -> None:
    """Tell every invited colleague, in the application and by mail."""
    invitations = list(wave.invitations.select_related("person"))
    moment = now()
    Invitation.objects.filter(pk__in=[one.pk for one in invitations]).update(sent_at=moment)
    _tell(notices.INVITED, wave, invitations)


@transaction.atomic
def remind_staff(wave: Wave) -> int:
    """Tell the colleagues who have not answered once more; how many."""
    missing = list(
        wave.invitations.filter(state=InvitationState.INVITED).select_related("person").order_by("pk")
    )
    Invitation.objects.filter(pk__in=[one.pk for one in missing]).update(reminded_at=now())
    _tell(notices.REMINDED, wave, missing)
    return len(missing)


@transaction.atomic
def mark_unreachable(*, user: Person, invitation: Invitation, reachable: bool) -> None:
    """Note that a letter came back or nobody answers the telephone, or take the note back.

    Raises PermissionDenied, ValidationError when it was answered or refused meanwhile.
    """
    require(user, "change", invitation)
    before, after = InvitationState.INVITED, InvitationState.UNREACHABLE
    if reachable:
        before, after = after, before
    if not Invitation.objects.filter(pk=invitation.pk, state=before).update(state=after):
        raise ValidationError(_("This has changed meanwhile."))


def _tell(kind: str, wave: Wave, invitations: Iterable[Invitation]) -> None:
    tell_invited(kind, wave, invitations, {"privacy": ANONYMOUS if wave.is_anonymous else NAMED})


@transaction.atomic
def to_print(*, user: Person, wave: Wave, which: str, most: int) -> list[Invitation]:
    """The invitations whose letters are printed now, noted as sent: "all", "missing" (not answered), or one's key.

    In the order of buildings and units, as somebody walks. Of all only those not printed yet, until every letter was
    printed: then all again. Raises PermissionDenied, ValidationError when the wave takes no answers any more.
    """
    require(user, "collect", wave)
    if wave.state not in (WaveState.DRAFT, WaveState.OPEN):
        raise ValidationError(_("This survey is over."))
    rows = wave.invitations.filter(household__isnull=False).select_related("household__building")
    if which == "missing":
        rows = rows.filter(state=InvitationState.INVITED).order_by(
            "household__building__code", "household__code"
        )
    elif which == "all":
        rows = rows.order_by("household__building__code", "household__code")
        fresh = rows.filter(sent_at=None)
        rows = fresh if fresh.exists() else rows
    else:
        rows = rows.filter(pk=int(which) if which.isascii() and which.isdigit() else 0)
    chosen = list(rows[:most])
    Invitation.objects.filter(pk__in=[one.pk for one in chosen]).update(**{_stamp(which): now()})
    audit.record(actions.LETTERS, actor=user, site=wave.site, target=wave, details={"count": len(chosen)})
    return chosen


def not_printed(wave: Wave, keys: Iterable[int], which: str) -> None:
    """Take the note of `to_print` back: no file came of it."""
    wave.invitations.filter(pk__in=list(keys)).update(**{_stamp(which): None})


def _stamp(which: str) -> str:
    return "reminded_at" if which == "missing" else "sent_at"
