"""Forms on paper: given out with a code each, typed in by two people, settled where the two differ.

Whoever types second does not see the first entry. Two people who type the same form at the same time are the first and
the second entry, in whatever order they arrive.
"""

from collections.abc import Iterable, Mapping
from secrets import choice
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from core import audit
from core.attachments import Prepared, attach
from core.policies import get_visible_or_404, require
from organization.models import Person
from surveys.entries import checked, differing, fields_of
from surveys.models import (
    Channel,
    Evidence,
    Invitation,
    InvitationState,
    PaperSheet,
    SheetState,
    Wave,
    WaveState,
)
from surveys.services.collecting import keep_collected

PRINTED = audit.register_action("surveys.sheets_printed", _("Gave out %(count)s paper forms of a survey"))
VOIDED = audit.register_action("surveys.sheet_voided", _("Set a paper form aside"))

#: Without what is easily mistaken for something else.
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
#: Characters of a code, the last one a check.
CODE_LENGTH = 8
#: Open forms given out at a time.
MOST_OPEN = 500


@transaction.atomic
def give_out_personal(*, user: Person, wave: Wave) -> list[PaperSheet]:
    """A form for everybody invited who has not answered and has none yet. Raises PermissionDenied, ValidationError.

    Forms of an anonymous wave name only the part of the sample: as many as have not answered there, less those given out.
    """
    _collectable(user, wave)
    if wave.is_anonymous:
        sheets = _anonymous(wave)
    else:
        given = wave.sheets.exclude(state=SheetState.VOID).exclude(invitation=None).values("invitation_id")
        waiting = wave.invitations.filter(state=InvitationState.INVITED).exclude(pk__in=given)
        sheets = [
            PaperSheet(wave=wave, invitation=one, stratum_id=one.stratum_id, evidence=Evidence.PERSONAL)
            for one in waiting.order_by("pk")
        ]
    return _given_out(user, wave, sheets)


@transaction.atomic
def give_out_open(*, user: Person, wave: Wave, count: int) -> list[PaperSheet]:
    """Forms for whoever takes one: weaker evidence. Raises PermissionDenied, ValidationError."""
    _collectable(user, wave)
    if not 1 <= count <= MOST_OPEN:
        raise ValidationError(
            {"count": [_("Between 1 and %(most)d at a time.") % {"most": MOST_OPEN}]}
        )  # fmt: skip
    return _given_out(
        user, wave, [PaperSheet(wave=wave, evidence=Evidence.OPEN) for _turn in range(count)]
    )  # fmt: skip


@transaction.atomic
def enter_sheet(
    *, user: Person, sheet_id: int, typed: Mapping[str, Any], scans: Iterable[Prepared] = ()
) -> PaperSheet:
    """The first or the second entry of a form; equal ones become an answer, different ones wait to be settled.

    Raises Http404, PermissionDenied, ValidationError: of a form typed in twice, or once by the same person.
    """
    sheet = _locked(user, sheet_id)
    if sheet.state not in (SheetState.BLANK, SheetState.FIRST):
        raise ValidationError(_("This form has been typed in already."))
    if sheet.first_by_id == user.pk:
        raise ValidationError(_("Somebody else types it the second time."))
    entry = checked(fields_of(_questions(sheet)), typed)
    if sheet.state == SheetState.BLANK:
        sheet.first, sheet.first_by, sheet.state = entry, user, SheetState.FIRST
    else:
        sheet.second, sheet.second_by = entry, user
        sheet.mismatches = differing(sheet.first, entry)
        if sheet.mismatches:
            sheet.state = SheetState.DIFFERS
        else:
            _agree(user, sheet, entry)
    sheet.save()
    _attach(user, sheet, scans)
    return sheet


@transaction.atomic
def settle_sheet(*, user: Person, sheet_id: int, typed: Mapping[str, Any]) -> PaperSheet:
    """What the form really says where the two entries differ, read from the paper again.

    Raises Http404, PermissionDenied, ValidationError.
    """
    sheet = _locked(user, sheet_id)
    if sheet.state != SheetState.DIFFERS:
        raise ValidationError(_("The two entries of this form do not differ."))
    fields = [field for field in fields_of(_questions(sheet)) if field.key in sheet.mismatches]
    agreed = {key: value for key, value in sheet.first.items() if key not in sheet.mismatches}
    _agree(user, sheet, {**agreed, **checked(fields, typed)})
    sheet.save()
    return sheet


@transaction.atomic
def void_sheet(*, user: Person, sheet_id: int) -> PaperSheet:
    """Set a form aside that is spoilt, lost, or of somebody who answered otherwise. Raises ValidationError."""
    sheet = _locked(user, sheet_id)
    if sheet.state == SheetState.AGREED:
        raise ValidationError(_("This form counts already; set the answer aside instead."))
    sheet.state, sheet.mismatches = SheetState.VOID, []
    sheet.save()
    audit.record(VOIDED, actor=user, site=sheet.wave.site, target=sheet)
    return sheet


@transaction.atomic
def note_returned(*, user: Person, wave: Wave, unit: str) -> Invitation:
    """The envelope of a household came back: it has answered and is asked no more; the form in it names nobody.

    For anonymous waves; elsewhere the form names the household itself. Raises PermissionDenied, ValidationError: of a
    unit that was not invited, or has answered already, whose form does not count then.
    """
    _collectable(user, wave)
    if not wave.is_anonymous:
        raise ValidationError(_("The forms of this survey name their households."))
    found = wave.invitations.filter(household__code=" ".join(unit.split())).first()
    if found is None:
        raise ValidationError(_("This unit was not invited."))
    waiting = Invitation.objects.filter(pk=found.pk).exclude(state=InvitationState.ANSWERED)
    if not waiting.update(state=InvitationState.ANSWERED):
        raise ValidationError(_("This household has answered already: set its form aside unread."))
    return found


@transaction.atomic
def keep_scans(*, user: Person, sheet_id: int, scans: Iterable[Prepared]) -> None:
    """Keep pictures of a form as evidence, also after the survey. Raises Http404, PermissionDenied, StoreUnavailable."""
    sheet = get_visible_or_404(user, PaperSheet.objects.select_related("wave__site"), pk=sheet_id)
    require(user, "enter", sheet)
    _attach(user, sheet, scans)


def new_code() -> str:
    """A random code whose last character tells a mistyped one."""
    body = "".join(choice(ALPHABET) for _turn in range(CODE_LENGTH - 1))
    return body + _check(body)


def is_code(text: str) -> bool:
    """Could this be a code that was typed without a mistake?"""
    return (
        len(text) == CODE_LENGTH
        and all(character in ALPHABET for character in text)
        and _check(text[:-1]) == text[-1]
    )


def _check(body: str) -> str:
    """The check character: every single mistake and every swap of neighbours changes it.

    The characters are elements of the field of 32; each is weighted by a higher power of its generator than the next.
    """
    total = 0
    for character in body:
        total = _times_generator(total ^ ALPHABET.index(character))
    return ALPHABET[total]


def _times_generator(element: int) -> int:
    """An element of the field of 32 (polynomials modulo x⁵ + x² + 1) times x."""
    doubled = element << 1
    return doubled ^ 0b100101 if doubled & 0b100000 else doubled


def _collectable(user: Person, wave: Wave) -> None:
    require(user, "collect", wave)
    if wave.state != WaveState.OPEN:
        raise ValidationError(_("The survey is not running."))


def _anonymous(wave: Wave) -> list[PaperSheet]:
    waiting = dict(
        Invitation.objects.filter(wave=wave, state=InvitationState.INVITED)
        .values_list("stratum_id")
        .annotate(count=Count("pk"))
        .order_by()
    )
    given = dict(
        wave.sheets.filter(evidence=Evidence.PERSONAL)
        .exclude(state=SheetState.VOID)
        .values_list("stratum_id")
        .annotate(count=Count("pk"))
        .order_by()
    )
    return [
        PaperSheet(wave=wave, stratum_id=stratum_id, evidence=Evidence.PERSONAL)
        for stratum_id, count in sorted(waiting.items(), key=lambda pair: pair[0] or 0)
        for _turn in range(count - given.get(stratum_id, 0))
    ]


def _given_out(user: Person, wave: Wave, sheets: list[PaperSheet]) -> list[PaperSheet]:
    taken = set(wave.sheets.values_list("code", flat=True))
    for sheet in sheets:
        while (code := new_code()) in taken:
            pass
        taken.add(code)
        sheet.code = code
    made = PaperSheet.objects.bulk_create(sheets)
    if made:
        audit.record(PRINTED, actor=user, site=wave.site, target=wave, details={"count": len(made)})
    return made


def _locked(user: Person, sheet_id: int) -> PaperSheet:
    found = get_visible_or_404(user, PaperSheet, pk=sheet_id)
    require(user, "enter", found)
    sheet = (
        PaperSheet.objects.select_for_update(of=("self",))
        .select_related("wave__site", "wave__version", "invitation")
        .get(pk=found.pk)
    )
    _collectable(user, sheet.wave)
    return sheet


def _attach(user: Person, sheet: PaperSheet, scans: Iterable[Prepared]) -> None:
    for scan in scans:
        attach(sheet, upload=scan, made_by=user)


def _questions(sheet: PaperSheet) -> list[Any]:
    return list(sheet.wave.version.questions.order_by("position"))


def _agree(user: Person, sheet: PaperSheet, entry: Mapping[str, Any]) -> None:
    sheet.response = keep_collected(
        user=user,
        wave=sheet.wave,
        channel=Channel.PAPER,
        evidence=Evidence(sheet.evidence),
        invitation=sheet.invitation,
        stratum_id=sheet.stratum_id,
        entry=entry,
    )
    sheet.state, sheet.mismatches = SheetState.AGREED, []
