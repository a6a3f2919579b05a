"""A wave from its preparation to its end: add, change, draw, open, close, cancel, and its open code.

A draw is made anew as often as wanted before the wave opens; the seed that is kept is the last one's.
"""

import secrets
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import audit, changed_days, live
from core.clock import local, now
from core.policies import require
from core.signed_links import digest
from organization.models import Person, Site
from surveys import actions, notices
from surveys.links import gate_token
from surveys.models import (
    Audience,
    Invitation,
    Occasion,
    OccasionState,
    QuestionKind,
    QuestionnaireVersion,
    Response,
    Selection,
    Stratum,
    VersionState,
    Wave,
    WaveState,
)
from surveys.selectors.population import Design, Estimate, estimate
from surveys.services.inviting import invitations_for, invite_staff
from surveys.services.telling import tell_runners
from surveys.services.unlinking import unlink

#: A seed fits a signed 64-bit column.
SEED_BITS = 62


@transaction.atomic
def add_wave(
    *, user: Person | None, site: Site, version: QuestionnaireVersion, values: Mapping[str, Any]
) -> Wave:
    """A wave in preparation. `values` are columns of Wave; `user` None: a plan makes it.

    Raises PermissionDenied, ValidationError.
    """
    if user is not None:
        require(user, "add", Wave, parent=site)
    wave = Wave(company_id=site.company_id, site=site, version=version, created_by=user, **values)
    _check(wave)
    wave.save()
    return wave


@transaction.atomic
def change_wave(*, user: Person, wave_id: int, values: Mapping[str, Any]) -> Wave:
    """Change a wave in preparation; what was drawn before is forgotten. Raises PermissionDenied, ValidationError."""
    wave = _prepared(user, "change", wave_id)
    for name, value in values.items():
        setattr(wave, name, value)
    _check(wave)
    _forget_draw(wave)
    wave.save()
    return wave


@transaction.atomic
def draw(*, user: Person, wave_id: int, seed: int | None = None) -> Wave:
    """Draw whom the wave asks, from the register as it is now, with a new seed unless one is given.

    Raises PermissionDenied, ValidationError when nobody could be asked.
    """
    wave = _prepared(user, "change", wave_id)
    if wave.audience in (Audience.OPEN, Audience.SERVICE):
        raise ValidationError(_("An open wave invites nobody by name."))
    found = estimate(wave.site, design_of(wave))
    if not found.population:
        raise ValidationError(_("Nobody is in the register who could be asked."))
    _forget_draw(wave)
    wave.seed = secrets.randbits(SEED_BITS) if seed is None else seed
    wave.population, wave.needed, wave.invited = found.population, found.needed, found.invited
    wave.drawn_at = now()
    wave.save()
    Invitation.objects.bulk_create(invitations_for(wave, _strata(wave, found)), batch_size=1_000)
    audit.record(
        actions.DRAWN,
        actor=user,
        site=wave.site,
        target=wave,
        details={"invited": wave.invited, "population": wave.population, "seed": str(wave.seed)},
    )
    return wave


@transaction.atomic
def open_wave(*, user: Person | None, wave_id: int) -> Wave:
    """Let it be answered from now on; colleagues are told. `user` None: its time has come.

    Raises PermissionDenied, ValidationError.
    """
    wave = _prepared(user, "open", wave_id)
    if wave.audience != Audience.OPEN and wave.drawn_at is None:
        raise ValidationError(_("Draw who is asked first."))
    if wave.closes_at is None or wave.closes_at <= now():
        raise ValidationError(_("Its end has passed already. Choose a later one first."))
    if wave.version.state == VersionState.DRAFT:
        raise ValidationError(_("Publish the questionnaire first."))
    wave.state, wave.opened_at = WaveState.OPEN, now()
    wave.save()
    if wave.audience == Audience.OPEN and wave.gate_token_sha256 is None:
        _issue(wave, user)
    if wave.audience == Audience.STAFF:
        invite_staff(wave)
    held = Occasion.objects.filter(wave=wave).exclude(state=OccasionState.DONE)
    held.update(state=OccasionState.DONE, done_at=wave.opened_at, done_by=user)
    _changed(wave)
    return wave


@transaction.atomic
def close_wave(*, user: Person | None, wave_id: int) -> Wave:
    """End it: it counts on today's day at the site, and nobody answers any more. `user` None: its time has come.

    In an anonymous wave nothing that is stored links an answer to its invitation afterwards (see unlinking).
    Raises PermissionDenied, ValidationError.
    """
    wave = _locked(wave_id)
    if user is not None:
        require(user, "close", wave)
    if wave.state != WaveState.OPEN:
        raise ValidationError(_("Only a running survey can be closed."))
    wave.state, wave.closed_at, wave.closed_by = WaveState.CLOSED, now(), user
    wave.closed_on = local(wave.closed_at, wave.site.zone_info).date()
    wave.save()
    if wave.is_anonymous:
        unlink(wave)
    changed_days.mark([(wave.site_id, wave.closed_on)])
    answered = Response.objects.valid().filter(wave=wave).count()
    tell_runners(notices.CLOSED, wave, {"answered": str(answered)})
    _changed(wave)
    return wave


@transaction.atomic
def cancel_wave(*, user: Person, wave_id: int, reason: str) -> Wave:
    """Give it up, in preparation or running; what was answered never counts. Raises PermissionDenied, ValidationError."""
    wave = _locked(wave_id)
    require(user, "cancel", wave)
    if wave.state not in (WaveState.DRAFT, WaveState.OPEN):
        raise ValidationError(_("This survey is over."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    was_open = wave.state == WaveState.OPEN
    wave.state, wave.cancelled_at, wave.cancel_reason = WaveState.CANCELLED, now(), reason.strip()
    wave.save()
    if was_open and wave.is_anonymous:
        unlink(wave)
    _changed(wave)
    return wave


@transaction.atomic
def issue_code(*, user: Person, wave_id: int) -> Wave:
    """A new open code for a poster at the gate; an older one leads nowhere from now on.

    Answers by it are marked: anybody may scan it, more than once. Raises PermissionDenied, ValidationError.
    """
    wave = _locked(wave_id)
    require(user, "change", wave)
    if wave.state not in (WaveState.DRAFT, WaveState.OPEN) or wave.audience in (
        Audience.STAFF,
        Audience.SERVICE,
    ):
        raise ValidationError(_("This survey has no open code."))
    _issue(wave, user)
    return wave


def design_of(wave: Wave) -> Design:
    """How the wave chooses."""
    return Design(
        wave.audience, wave.selection, wave.stratify, wave.confidence, wave.margin, wave.expected_response
    )


def _issue(wave: Wave, user: Person | None) -> None:
    wave.gate_serial += 1
    wave.gate_token_sha256 = digest(gate_token(wave.pk, wave.gate_serial))
    wave.save()
    audit.record(
        actions.CODE_ISSUED, actor=user, site=wave.site, target=wave, details={"serial": wave.gate_serial}
    )


def _locked(wave_id: int) -> Wave:
    waves = Wave.objects.select_for_update(of=("self",), no_key=True)
    return waves.select_related("site", "version__questionnaire").get(pk=wave_id)


def _prepared(user: Person | None, action: str, wave_id: int) -> Wave:
    """The locked wave, in preparation, if `user` may do that to it."""
    wave = _locked(wave_id)
    if user is not None:
        require(user, action, wave)
    if wave.state != WaveState.DRAFT:
        raise ValidationError(_("This survey is no longer in preparation."))
    return wave


def _check(wave: Wave) -> None:
    """What no constraint of the database can say."""
    if wave.version.questionnaire.company_id != wave.company_id:
        raise ValidationError({"version": _("Choose a published questionnaire.")})
    if wave.audience == Audience.OPEN:
        wave.selection = Selection.ALL
    photos = wave.version.questions.filter(kind=QuestionKind.PHOTO)
    if wave.is_anonymous and photos.exists():
        message = _("A photo can show who sent it. A questionnaire that asks for one cannot be anonymous.")
        raise ValidationError({"is_anonymous": message})
    wave.remind_days = sorted(set(wave.remind_days))
    wave.full_clean(exclude=["seed"])


def _forget_draw(wave: Wave) -> None:
    wave.invitations.all().delete()
    wave.strata.all().delete()
    wave.seed = wave.population = wave.needed = wave.drawn_at = None
    wave.invited = 0


def _strata(wave: Wave, found: Estimate) -> list[tuple[Stratum, tuple[int, ...]]]:
    """A row for each part, with those in it."""
    rows = [
        (
            Stratum(
                wave=wave,
                building_id=part.building_id,
                zone_id=part.zone_id,
                label=part.label,
                population=len(part.members),
                invited=count,
            ),
            part.members,
        )
        for part, count in found.parts
    ]
    Stratum.objects.bulk_create(stratum for stratum, _members in rows)
    return rows


def _changed(wave: Wave) -> None:
    live.publish(f"site:{wave.site_id}", "surveys", wave=wave.pk)
