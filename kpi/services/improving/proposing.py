"""Proposing a measure, and changing it while it is planned or carried out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import isfinite
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from collaboration import sources
from collaboration.selectors.people import departments_at, workers_of
from collaboration.services.keeping import number_of
from core.attachments import Prepared
from core.clock import local_today, now
from core.policies import require
from kpi import notices
from kpi.models import Improvement, ImprovementEntryKind, ImprovementLoop, Origin, Severity, Stage
from kpi.policies import DECIDERS
from kpi.selectors.comparing import measurable
from kpi.services.improving.keeping import enter, locked, loop_of, save, tell
from organization.access import people_holding
from organization.models import Department, Person, Site, Zone

#: Fields that say what is measured; they stay as they are once a measure has begun, or a result could be chosen.
MEASURED = ("indicator", "target", "zone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is said of a measure. `target` is in the unit of the indicator's value, costs are yuan a month."""

    title: str
    problem: str
    measure: str
    owner: Person
    starts_on: date
    due_on: date
    impact: int
    effort: int
    severity: int = Severity.MODERATE
    extent: str = "site"
    origin: str = Origin.OTHER
    said_by: str = ""
    said: str = ""
    zone: Zone | None = None
    department: Department | None = None
    indicator: str = ""
    target: float | None = None
    cost_before: Decimal | None = None
    cost_after: Decimal | None = None

    def columns(self) -> dict[str, Any]:
        """The columns of the measure itself; measure and days belong to its loop."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        for name in ("measure", "starts_on", "due_on"):
            del values[name]
        return {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}


@dataclass(frozen=True, slots=True)
class Proposed:
    """A measure; `created` is false when the operation had proposed it before."""

    improvement: Improvement
    created: bool


@transaction.atomic
def propose(
    *,
    user: Person,
    operation_id: UUID,
    site: Site,
    draft: Draft,
    source: Model | None = None,
    uploads: Iterable[Prepared] = (),
) -> Proposed:
    """Propose a measure at `site`; managers are told. `source` is a record of a registered kind, at `site`.

    Raises PermissionDenied, ValidationError.
    """
    require(user, "add", Improvement, parent=site)
    existing = Improvement.objects.filter(company_id=site.company_id, operation_id=operation_id).first()
    if existing is not None:
        return Proposed(existing, created=False)
    wrong = _wrong(site, draft)
    if draft.due_on < local_today(site.zone_info):
        wrong.setdefault("due_on", _("This lies in the past."))
    if source is not None and sources.site_of(source).pk != site.pk:
        wrong["source"] = _("This belongs to another site.")
    if wrong:
        raise ValidationError(wrong)
    moment = now()
    improvement = Improvement(
        company_id=site.company_id,
        site=site,
        operation_id=operation_id,
        proposed_by=user,
        created_at=moment,
        **draft.columns(),
        **sources.columns_of(source),
    )
    improvement.number = number_of("IM", site, moment)
    improvement.save()
    improvement.current = ImprovementLoop.objects.create(improvement=improvement, **_loop_columns(draft))
    improvement.save(update_fields=["current"])
    enter(improvement, user, ImprovementEntryKind.PROPOSED, draft.measure.strip(), uploads)
    deciders = people_holding(DECIDERS, site).exclude(pk=user.pk)
    tell(notices.PROPOSED, improvement, deciders)
    if draft.owner.pk != user.pk:
        tell(notices.ASSIGNED, improvement, [draft.owner])
    return Proposed(improvement, created=True)


@transaction.atomic
def change(*, user: Person, improvement_id: int, version: int, draft: Draft) -> Improvement:
    """Say a measure anew: all of it while it is planned; once begun, managers only, and not what it is measured by.

    A new owner is told. Raises Http404, PermissionDenied, Stale, ValidationError.
    """
    improvement = locked(user, improvement_id, "change", version, Stage.PLAN, Stage.DO)
    if improvement.stage == Stage.DO:
        require(user, "decide", improvement)
    wrong = _wrong(improvement.site, draft, kept_owner=improvement.owner_id)
    if improvement.stage == Stage.DO and any(
        getattr(improvement, name) != getattr(draft, name) for name in MEASURED
    ):
        wrong["indicator"] = _("What a measure is judged by stays as it was when it began.")
    if wrong:
        raise ValidationError(wrong)
    loop, before = loop_of(improvement), improvement.owner
    said = _differences(improvement, loop, draft)
    for name, value in draft.columns().items():
        setattr(improvement, name, value)
    for name, value in _loop_columns(draft).items():
        setattr(loop, name, value)
    if loop.due_on > local_today(improvement.site.zone_info):  # begins anew
        loop.reminded_at = loop.overdue_at = None
    loop.save()
    save(improvement, user, ImprovementEntryKind.CHANGED, said)
    if draft.owner.pk not in (before.pk, user.pk):
        tell(notices.ASSIGNED, improvement, [draft.owner])
    return improvement


def wrong_days(starts_on: date, due_on: date) -> dict[str, Any]:
    """What does not fit about a plan's days, by field."""
    return {"due_on": _("It cannot be done before it begins.")} if due_on < starts_on else {}


def _loop_columns(draft: Draft) -> dict[str, Any]:
    return {"measure": draft.measure.strip(), "starts_on": draft.starts_on, "due_on": draft.due_on}


def _differences(improvement: Improvement, loop: ImprovementLoop, draft: Draft) -> str:
    """Owner and due day, if they change, in no language."""
    said = []
    if improvement.owner_id != draft.owner.pk:
        said.append(f"{improvement.owner} → {draft.owner}")
    if loop.due_on != draft.due_on:
        said.append(f"{loop.due_on} → {draft.due_on}")
    return "; ".join(said)


def _wrong(site: Site, draft: Draft, *, kept_owner: int | None = None) -> dict[str, Any]:
    """What does not fit, by field. Who owned it before may keep it."""
    wrong = wrong_days(draft.starts_on, draft.due_on)
    for name in ("title", "problem", "measure"):
        if not getattr(draft, name).strip():
            wrong[name] = _("Please write something here.")
    if draft.owner.pk != kept_owner and not workers_of(site).filter(pk=draft.owner.pk).exists():
        wrong["owner"] = _("This person has no task at this site.")
    if draft.zone is not None and draft.zone.site_id != site.pk:
        wrong["zone"] = _("This belongs to another site.")
    if draft.department is not None and not departments_at(site).filter(pk=draft.department.pk).exists():
        wrong["department"] = _("This belongs to another site.")
    if draft.origin == Origin.SUGGESTION:
        wrong |= {
            name: _("Say who suggested what.")
            for name in ("said_by", "said")
            if not getattr(draft, name).strip()
        }
    if draft.indicator and draft.indicator not in measurable():
        wrong["indicator"] = _("This indicator is not counted.")
    if draft.target is not None and (not draft.indicator or not isfinite(draft.target)):
        wrong["target"] = _("A target needs its indicator.")
    for name in ("cost_before", "cost_after"):
        cost = getattr(draft, name)
        if cost is not None and cost < 0:
            wrong[name] = _("This cannot be less than nothing.")
    return wrong
