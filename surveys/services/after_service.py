"""After a service: the resident whose case was closed is asked how it went, once for each case (R075).

The case tells in the transaction that closes it (receivers.py), so that nothing is lost; the asking itself is work of
the outbox. Whom it does not ask: residents who said nothing of themselves, cases that were withdrawn, declined or
merged, what staff reported, and a household that was asked less than `cap_days` before.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import timedelta

from django.db.models import F

from core import live, outbox
from core.clock import now
from incidents.models import Case, CaseKind, CaseSource, CaseStatus, FollowUp
from incidents.selectors.told import FROM_RESIDENTS
from surveys.links import invitation_digest
from surveys.models import Audience, Invitation, Stratum, Wave, WaveState
from surveys.services.inviting import fresh_keys

ASK, MAIL = "surveys.ask_after_service", "surveys.mail_after_service"
#: What residents report and what is done for them.
KINDS = (CaseKind.SERVICE_REQUEST, CaseKind.COMPLAINT)
#: Ways in which a resident's word reaches the house.
SOURCES = (*FROM_RESIDENTS, CaseSource.PHONE)
#: Digits of a telephone number without the code of its country.
NATIONAL = 11


def case_ended(case: Case) -> None:
    """Leave the asking to the outbox. Call inside the transaction that closes the case."""
    if case.status != CaseStatus.CLOSED or case.kind not in KINDS or case.source not in SOURCES:
        return
    if Wave.objects.filter(site=case.site_id, audience=Audience.SERVICE, state=WaveState.OPEN).exists():
        # A case that was opened again ends anew: an item of its own, in case the first came while it was open.
        key = f"{case.pk}:{case.reopened_count}"
        outbox.enqueue(ASK, {"case": case.pk}, key=key, company_id=case.company_id)


def ask(case_id: int) -> Invitation | None:
    """Invite the resident of a closed case; None when nobody is to be asked. Call within a transaction."""
    case = Case.objects.select_related("site", "follow_up").get(pk=case_id)
    if not may_be_asked(case) or case.closed_at is None:
        return None
    # One after the other at each site: of two cases of a household the second finds the invitation of the first.
    wave = (
        Wave.objects.select_for_update(of=("self",), no_key=True)
        .filter(site=case.site_id, audience=Audience.SERVICE, state=WaveState.OPEN)
        .first()
    )
    if wave is None or Invitation.objects.filter(case=case).exists():
        return None
    stratum, _created = Stratum.objects.get_or_create(
        wave=wave,
        service=f"{case.kind}.{case.category}",
        building=None,
        zone=None,
        defaults={"population": 0, "invited": 0},
    )
    is_spared = _was_asked_lately(wave, case)
    grown = {"population": F("population") + 1, "invited": F("invited") + (0 if is_spared else 1)}
    Stratum.objects.filter(pk=stratum.pk).update(**grown)
    Wave.objects.filter(pk=wave.pk).update(**grown)
    if is_spared:
        return None
    key = next(fresh_keys(1))
    invitation = Invitation.objects.create(
        pk=key, wave=wave, case=case, stratum=stratum, token_sha256=invitation_digest(key, 1), sent_at=now()
    )
    if case.follow_up.email:
        outbox.enqueue(MAIL, {"invitation": key}, key=str(key), company_id=case.company_id)
    live.publish(f"site:{wave.site_id}", "surveys", wave=wave.pk)
    return invitation


def may_be_asked(case: Case) -> bool:
    """Closed, of a resident who is known and may follow it, and not somebody else's report."""
    follow_up: FollowUp | None = getattr(case, "follow_up", None)
    return (
        case.status == CaseStatus.CLOSED
        and case.kind in KINDS
        and case.source in SOURCES
        and case.duplicate_of_id is None
        and (case.reported_by_id is None or case.source == CaseSource.PHONE)
        and follow_up is not None
        and follow_up.erased_at is None
        and bool(_marks(case.reporter_name, case.reporter_phone, follow_up.email, follow_up.unit))
    )


def _was_asked_lately(wave: Wave, case: Case) -> bool:
    """Was the household asked within the days before the case was closed, by this wave or one before it?

    Residents need not say who they are, so a household is known by what it says: a unit, a mail address or a telephone
    number in common. Nothing of it is kept with the invitation: it is forgotten with the case.
    """
    if not wave.cap_days or case.closed_at is None:
        return False
    rows = Invitation.objects.filter(
        wave__site=wave.site_id,
        case__isnull=False,
        sent_at__gt=case.closed_at - timedelta(days=wave.cap_days),
    )
    known = rows.values_list("case__reporter_phone", "case__follow_up__email", "case__follow_up__unit")
    own = _marks("", case.reporter_phone, case.follow_up.email, case.follow_up.unit)
    return any(own & _marks("", *row) for row in known)


def _marks(name: str, phone: str, email: str | None, unit: str | None) -> frozenset[str]:
    """What a resident can be told by, in one spelling; empty for somebody who said nothing of themselves."""
    digits = re.sub(r"\D", "", phone)[-NATIONAL:]
    return frozenset(
        _said(
            (
                ("name", name.strip()),
                ("phone", digits),
                ("mail", (email or "").strip().casefold()),
                ("unit", re.sub(r"\W", "", unicodedata.normalize("NFKC", unit or "")).casefold()),
            )
        )
    )


def _said(pairs: Iterable[tuple[str, str]]) -> Iterable[str]:
    return (f"{what}:{said}" for what, said in pairs if said)
