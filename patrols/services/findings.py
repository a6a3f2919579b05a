"""Checks made at points and matters reported on the way: recorded, and their cases opened and linked both ways."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

import msgspec
from django.db import transaction

from checklists.models import Answer, ChecklistVersion, Opens
from checklists.services.recording import AnswerGiven, Recorded, record_check
from core.clock import local
from core.ids import uuid7
from core.offline import Incoming, Outcome, Refused
from core.offline.messages import UNKNOWN
from incidents.categories import DEFAULT_CATEGORY, FIRE, PERSONAL_SAFETY, fits
from incidents.models import CaseKind, CaseSource, Priority
from incidents.proposing import proposed_for
from incidents.services.opening import open_case
from organization.access import EVERYBODY, grants_of, grants_on
from organization.models import Person, Site
from patrols.models import CaseOrigin, Checkpoint, PointCheck, Round
from patrols.services.intake import Code, Key, Latitude, Longitude, Metres, Text, own_site_id

NO_ROLE, NO_TEXT, ODD_KIND = "role", "no_text", "kind"
TITLE_LENGTH = 80
#: Incidents that are emergencies until somebody says otherwise.
GRAVE = (PERSONAL_SAFETY, FIRE)
Hash = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class AnswerBody(msgspec.Struct):
    """One answer of `checklists.check`."""

    item_id: Key
    value: str | int | float | bool | None = None
    abnormal: bool = False
    text: Text = ""
    photos: Annotated[list[Hash], msgspec.Meta(max_length=20)] = []


class CheckBody(msgspec.Struct):
    """Body of `checklists.check`, schema 1."""

    checkpoint_id: Key
    version_id: Key
    answers: Annotated[list[AnswerBody], msgspec.Meta(max_length=500)]
    scan_id: str | None = None
    round_id: Key | None = None


class ReportBody(msgspec.Struct):
    """Body of `incidents.report`, schema 1."""

    kind: Code
    text: Text = ""
    #: a category of the kind, or a sub-category of its first one; "" when nobody has chosen
    part: Code = ""
    site_id: Key | None = None
    checkpoint_id: Key | None = None
    place: Code = ""
    lat: Latitude | None = None
    lng: Longitude | None = None
    accuracy_m: Metres | None = None


@transaction.atomic
def take_check(op: Incoming) -> Outcome:
    """Record a checklist filled in at a point; each abnormal answer opens its case."""
    body = op.parse(CheckBody)
    checkpoint, flags = _point_of(op, body.checkpoint_id)
    site = checkpoint.site
    version = (
        ChecklistVersion.objects.filter(pk=body.version_id, checklist__company_id=op.company_id)
        .prefetch_related("items")
        .first()
    )
    if version is None:
        raise Refused(UNKNOWN, "checklist version", site_id=site.pk)
    recorded = record_check(
        check_id=op.id,
        version=version,
        person=op.person,
        site=site,
        answers=[
            AnswerGiven(one.item_id, one.value, one.abnormal, one.text, one.photos) for one in body.answers
        ],
        device_at=op.made_at,
        made_at=op.corrected.at,
        received_at=op.received_at,
    )
    if recorded.created:
        round_ = _round_of(op, body.round_id, site)
        scan_id = _uuid(body.scan_id)
        PointCheck.objects.create(
            check_made=recorded.check, checkpoint=checkpoint, round=round_, scan_id=scan_id
        )
        for answer in recorded.abnormal:
            _open_for(op, recorded, answer, checkpoint, round_)
    return Outcome.flagged(*dict.fromkeys((*flags, *recorded.flags)))


@transaction.atomic
def take_report(op: Incoming) -> Outcome:
    """Open the case a guard reports: of the kind the guard chose, with the category and priority its words propose."""
    body = op.parse(ReportBody)
    flags: tuple[str, ...] = ()
    checkpoint: Checkpoint | None = None
    if body.checkpoint_id is not None:
        checkpoint, flags = _point_of(op, body.checkpoint_id)
        site = checkpoint.site
    else:
        site, flags = _site_of(op, body.site_id)
    kind = body.kind if body.kind in CaseKind.values else CaseKind.INCIDENT.value
    if kind != body.kind:
        flags = (*flags, ODD_KIND)
    text = body.text.strip()
    if not text and not op.photos:
        flags = (*flags, NO_TEXT)
    category, subcategory, priority = _sort_of(kind, body.part, text)
    opened = open_case(
        operation_id=op.id,
        site=site,
        kind=kind,
        category=category,
        subcategory=subcategory,
        priority=priority,
        title=_title(text),
        description=text,
        source=CaseSource.GUARD,
        reported_by=op.person,
        occurred_at=op.corrected.at,
        reported_at=op.received_at,
        place=body.place or (str(checkpoint) if checkpoint else ""),
        zone=checkpoint.zone if checkpoint else None,
        latitude=body.lat,
        longitude=body.lng,
        photos=op.photos,
    )
    if opened.created and checkpoint is not None:
        CaseOrigin.objects.create(case=opened.case, checkpoint=checkpoint, round=None)
    return Outcome.flagged(*flags)


def _open_for(
    op: Incoming, recorded: Recorded, answer: Answer, checkpoint: Checkpoint, round_: Round | None
) -> None:
    """The case of one abnormal answer, with its photos, linked to where it was found."""
    item = answer.item
    label = item.label.text(checkpoint.site.language)
    reading = f"{answer.value} {item.unit}".strip() if answer.number is not None else ""
    opened = open_case(
        operation_id=uuid7(op.corrected.at),
        site=checkpoint.site,
        kind=Opens(item.opens).value,
        title=_title(answer.text) or f"{label} {reading}",
        description="\n".join(filter(None, [label, reading, answer.text])),
        source=CaseSource.CHECK,
        reported_by=op.person,
        occurred_at=op.corrected.at,
        reported_at=op.received_at,
        place=" · ".join(filter(None, [str(checkpoint), checkpoint.place])),
        zone=checkpoint.zone,
        answer=answer,
        due_at=op.received_at + timedelta(hours=item.due_hours),
        photos=recorded.photos.get(item.pk, ()),
    )
    CaseOrigin.objects.create(
        case=opened.case, checkpoint=checkpoint, round=round_, scan_id=recorded.check.point.scan_id
    )


def _sort_of(kind: str, part: str, text: str) -> tuple[str, str, str]:
    """Category, sub-category and priority: what the guard chose, and what the words say besides."""
    words = proposed_for(kind, text)
    category, subcategory = (words.category, words.subcategory) if words else ("", "")
    first = DEFAULT_CATEGORY[CaseKind(kind)]
    if part and fits(kind, part, ""):
        category, subcategory = part, subcategory if category == part else ""
    elif part and fits(kind, first, part):
        category, subcategory = first, part
    usual = Priority.P1 if kind == CaseKind.INCIDENT and category in GRAVE else Priority.P3
    if words is None:
        return category, subcategory, usual
    # Words about something else make nothing less urgent: P1 sorts before P3.
    return category, subcategory, words.priority if words.category == category else min(usual, words.priority)


def _title(text: str) -> str:
    """The first line of what was written, short."""
    first = text.strip().partition("\n")[0].strip()
    return first if len(first) <= TITLE_LENGTH else first[: TITLE_LENGTH - 1].rstrip() + "…"


def _point_of(op: Incoming, checkpoint_id: int) -> tuple[Checkpoint, tuple[str, ...]]:
    """The point within the author's sites then or now. Raises Refused like for a missing one (F5, F25)."""
    rows = Checkpoint.objects.select_related("site", "zone").filter(site__company_id=op.company_id)
    checkpoint = rows.filter(pk=checkpoint_id).first()
    flags = None if checkpoint is None else _reach(op, checkpoint.site)
    if checkpoint is None or flags is None:
        raise Refused(UNKNOWN, "point", site_id=own_site_id(op.person, op.body.get("round_id")))
    return checkpoint, flags


def _site_of(op: Incoming, site_id: int | None) -> tuple[Site, tuple[str, ...]]:
    key = own_site_id(op.person) if site_id is None else site_id
    site = None if key is None else Site.objects.filter(pk=key, company_id=op.company_id).first()
    flags = None if site is None else _reach(op, site)
    if site is None or flags is None:
        raise Refused(UNKNOWN, "site", site_id=own_site_id(op.person))
    return site, flags


def _reach(op: Incoming, site: Site) -> tuple[str, ...] | None:
    """() when the author held a role at `site` at that time, ("role",) when only now, None when neither."""
    person: Person = op.person
    if grants_on(person, local(op.corrected.at, site.zone_info).date()).has(EVERYBODY, site=site):
        return ()
    return (NO_ROLE,) if grants_of(person).has(EVERYBODY, site=site) else None


def _round_of(op: Incoming, round_id: int | None, site: Site) -> Round | None:
    return None if round_id is None else Round.objects.filter(pk=round_id, site=site).first()


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
