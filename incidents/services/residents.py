"""What a resident does without an account: report, add a word, take the steps left to residents, rate.

The caller has checked the token; nothing here asks a policy.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import live
from core.attachments import Prepared
from core.clock import now
from core.events import emit
from incidents import notices, signals
from incidents.models import (
    Case,
    CaseEntry,
    CaseKind,
    CaseSource,
    CaseStatus,
    EntryKind,
    FollowUp,
    IntakePoint,
    Report,
    RequestFacts,
)
from incidents.reports import BECOMES
from incidents.selectors.told import RATED, WROTE
from incidents.services.follow_ups import begin
from incidents.services.opening import open_case
from incidents.services.paths import facts_of
from incidents.services.resident_mail import Mail, mail_resident
from incidents.services.steps import advance
from incidents.services.telling import TOLD, tell
from incidents.services.writing import StaleCase, enter, locked_unchecked, save
from incidents.workflows import RESIDENT, Step, workflow_of
from organization.access import people_holding

#: Keys of forms become operations below this name, so that a key of another point opens nothing.
_FORMS = UUID("5e51de27-0000-4000-8000-000000000001")
#: How long a rating may be changed.
RATING_OPEN = timedelta(days=14)
TITLE = 60


@dataclass(frozen=True, slots=True)
class Sender:
    """Who reports, as far as they say; everything may be empty."""

    name: str = ""
    phone: str = ""
    email: str = ""
    unit: str = ""
    language: str = ""
    is_for_child: bool = False


@dataclass(frozen=True, slots=True)
class Reported:
    """The case a report became; `created` is false when the same form was sent before."""

    follow_up: FollowUp
    created: bool


@transaction.atomic
def report(
    *,
    point: IntakePoint,
    report: str,
    key: UUID,
    text: str,
    place: str = "",
    sender: Sender,
    notice_version: int = 0,
    uploads: Iterable[Prepared] = (),
    kept: Iterable[str] = (),
) -> Reported:
    """Open a case from the form of an intake point, once per `key` of the form.

    `kept` are hashes of photos an earlier sending of the form left on the server. Raises ValidationError.
    """
    # One after the other at each point: the second of two simultaneous sendings finds what the first has opened.
    point = (
        IntakePoint.objects.select_for_update(of=("self",), no_key=True)
        .select_related("site", "zone")
        .get(pk=point.pk)
    )
    if report not in point.offers:
        raise ValidationError(_("This cannot be reported here."))
    becomes = BECOMES[report]
    opened = open_case(
        operation_id=uuid5(_FORMS, f"{point.pk}:{key}"),
        site=point.site,
        kind=becomes.kind,
        title=_title(text) or str(Report(report).label),
        description=text,
        reported_by=None,
        occurred_at=now(),
        source=CaseSource.RESIDENT,
        category=becomes.category,
        priority=becomes.priority,
        facts=becomes.facts,
        reporter_name=sender.name,
        reporter_phone=sender.phone,
        place=place or point.place,
        zone=point.zone,
        uploads=uploads,
        photos=kept,
    )
    if not opened.created:
        return Reported(FollowUp.objects.get(case=opened.case), created=False)
    follow_up = begin(
        opened.case,
        point=point,
        report=report,
        language=sender.language,
        email=sender.email,
        unit=sender.unit,
        notice_version=notice_version,
        is_for_child=sender.is_for_child,
    )
    mail_resident(opened.case, Mail.RECEIVED)
    return Reported(follow_up, created=True)


@transaction.atomic
def add_word(
    *,
    case_id: int,
    text: str,
    key: UUID,
    uploads: Iterable[Prepared] = (),
    kept: Iterable[str] = (),
) -> CaseEntry:
    """The resident adds a word or photos, at any time; whoever settles the case hears of it. Once per `key`."""
    case = locked_unchecked(case_id)
    operation = uuid5(_FORMS, f"case {case.pk}:{key}")
    if (known := case.entries.filter(operation_id=operation).first()) is not None:
        return known
    files, hashes = list(uploads), list(kept)
    if not text.strip() and not files and not hashes:
        raise ValidationError({"text": _("Write something or add a photo.")})
    entry = _said(case, text, WROTE, operation)
    enter(case, entry, uploads=files, photos=hashes)
    live.publish(f"site:{case.site_id}", "cases", case=case.pk)
    _tell(case)
    emit(signals.case_changed, case_id=case.pk, site_id=case.site_id)
    return entry


@transaction.atomic
def take_step(
    *,
    case_id: int,
    step: str,
    seen: str,
    values: Mapping[str, Any],
    key: UUID,
    uploads: Iterable[Prepared] = (),
    kept: Iterable[str] = (),
) -> Case:
    """A step the table leaves to residents. `seen` is `moment_of` the case as they saw it.

    Raises LookupError for any other step, StaleCase when the case has moved on meanwhile, ValidationError.
    """
    case = locked_unchecked(case_id)
    operation = uuid5(_FORMS, f"case {case.pk}:{key}")
    if case.entries.filter(operation_id=operation).exists():
        return case
    found = resident_step(case, step)
    if case.state not in found.sources or seen != moment_of(case):
        raise StaleCase(case)
    advance(case, found, actor=None, values=values, uploads=uploads, photos=kept, operation_id=operation)
    if found.code == "withdraw":
        _tell(case)
    return case


@transaction.atomic
def rate(*, case_id: int, rating: int, words: str) -> RequestFacts:
    """One to five for a request that has come to its end; may be changed for 14 days. Raises ValidationError."""
    case = locked_unchecked(case_id)
    if not may_rate(case):
        raise ValidationError(_("This cannot be rated now."))
    if rating not in range(1, 6):
        raise ValidationError({"rating": _("Choose one to five.")})
    facts: RequestFacts = facts_of(case)
    words = words.strip()[:2_000]
    if (facts.rating, facts.rating_text) == (rating, words):
        return facts
    facts.rating, facts.rating_text = rating, words
    facts.rated_at = facts.rated_at or now()
    facts.save()
    save(case, _said(case, f"{rating} / 5\n{words}".strip(), RATED, None))
    emit(signals.case_changed, case_id=case.pk, site_id=case.site_id)
    return facts


def may_rate(case: Case) -> bool:
    """A request that is done or closed, not rated yet or rated a short while ago."""
    if case.kind != CaseKind.SERVICE_REQUEST or case.status not in (CaseStatus.RESOLVED, CaseStatus.CLOSED):
        return False
    rated_at = case.request.rated_at
    return rated_at is None or now() < rated_at + RATING_OPEN


def resident_step(case: Case, code: str) -> Step:
    """The step of that code, if it is one of the resident's. Raises LookupError."""
    step = workflow_of(case.kind).step(code)
    if RESIDENT not in step.who:
        raise LookupError(code)
    return step


def moment_of(case: Case) -> str:
    """Names the state a case stands at, so that nobody answers what they have not seen."""
    return f"{case.state_since.timestamp():.0f}-{case.reopened_count}"


def _said(case: Case, text: str, code: str, operation: UUID | None) -> CaseEntry:
    return CaseEntry(
        case=case,
        kind=EntryKind.MESSAGE,
        at=now(),
        text=text.strip(),
        code=code,
        is_internal=False,
        operation_id=operation,
    )


def _tell(case: Case) -> None:
    """Whoever settles the case, else the leaders."""
    people = [case.assigned_to] if case.assigned_to is not None else people_holding(TOLD, case.site)
    tell(notices.RESIDENT_WROTE, case, people)


def _title(text: str) -> str:
    """The beginning of what somebody wrote."""
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return first if len(first) <= TITLE else f"{first[: TITLE - 1]}…"
