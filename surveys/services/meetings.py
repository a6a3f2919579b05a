"""On-site observations and residents' forums: kept, tied to the day they were due, followed by cases and action items."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from checklists.models import Check
from core.attachments import Prepared, attach
from core.clock import local, now
from core.policies import get_visible_or_404, require
from incidents.models import Case, CaseKind, CaseSource
from incidents.services.opening import open_case
from organization.models import Person, Site
from surveys.models import Activity, Forum, Observation, ObservationFinding, Occasion, OccasionState

#: A finding opens one of these.
KINDS = (CaseKind.SERVICE_REQUEST, CaseKind.HAZARD, CaseKind.VIOLATION, CaseKind.COMPLAINT)
#: The due day an observation or forum is taken for lies so close to it.
NEAR = timedelta(days=45)
_CASES = UUID("5d0f3f3e-4a53-4f0c-9a53-0d6a2a4c7f11")


@transaction.atomic
def save_observation(
    *, user: Person, observation: Observation, findings: Sequence[str] = (), uploads: Iterable[Prepared] = ()
) -> Observation:
    """Keep an observation, new or changed; every line of `findings` is one more thing to be put right.

    A new one does the activity that was due nearest to it. Raises PermissionDenied, ValidationError.
    """
    is_new = observation._state.adding
    if is_new:
        require(user, "add", Observation, parent=observation.site)
        observation.observer = user
    else:
        require(user, "change", observation)
    wrong: dict[str, Any] = {}
    if observation.observed_at > now():
        wrong["observed_at"] = _("This lies in the future.")
    if observation.zone is not None and observation.zone.site_id != observation.site_id:
        wrong["zone"] = _("This belongs to another site.")
    if observation.check_made is not None and observation.check_made.site_id != observation.site_id:
        wrong["check_made"] = _("This belongs to another site.")
    if wrong:
        raise ValidationError(wrong)
    if is_new:
        observation.occasion = _done(user, observation.site, Activity.OBSERVATION, observation.observed_at)
    observation.save()
    ObservationFinding.objects.bulk_create(
        ObservationFinding(observation=observation, text=text.strip()) for text in findings if text.strip()
    )
    for upload in uploads:
        attach(observation, upload=upload, made_by=user)
    return observation


@transaction.atomic
def open_case_of_finding(*, user: Person, finding_id: int, kind: str) -> Case:
    """A case for a finding, once. Raises Http404, PermissionDenied, ValidationError."""
    found = ObservationFinding.objects.filter(pk=finding_id).values_list("observation_id", flat=True).first()
    observation = get_visible_or_404(user, Observation.objects.select_related("site", "zone"), pk=found or 0)
    require(user, "change", observation)
    if kind not in KINDS:
        raise ValidationError(_("Choose what kind of case it is."))
    finding = (
        ObservationFinding.objects.select_for_update(of=("self",)).select_related("case").get(pk=finding_id)
    )
    if finding.case is not None:
        return finding.case
    opened = open_case(
        operation_id=uuid5(_CASES, str(finding.pk)),
        site=observation.site,
        kind=kind,
        title=finding.text,
        description=finding.text,
        reported_by=user,
        occurred_at=observation.observed_at,
        source=CaseSource.DESK,
        zone=observation.zone,
    )  # fmt: skip
    finding.case = opened.case
    finding.save(update_fields=["case"])
    return opened.case


@transaction.atomic
def save_forum(*, user: Person, forum: Forum) -> Forum:
    """Keep a forum, new or changed; a new one does the activity that was due nearest to it.

    Raises PermissionDenied, ValidationError.
    """
    is_new = forum._state.adding
    if is_new:
        require(user, "add", Forum, parent=forum.site)
    else:
        require(user, "change", forum)
    if forum.minutes and forum.held_at > now():
        raise ValidationError({"minutes": _("The forum has not been held yet.")})
    if is_new:
        forum.occasion = _nearest(forum.site, Activity.FORUM, forum.held_at)
    if forum.occasion is not None and forum.minutes and forum.occasion.state == OccasionState.DUE:
        _finish(user, forum.occasion)
    forum.save()
    return forum


def may_open_kinds() -> list[tuple[str, Any]]:
    """What a finding may become: value and name."""
    return [(kind.value, kind.label) for kind in KINDS]


def checks_to_choose(site: Site) -> Any:
    """Filled-in checklists of the last days that belong to no observation yet."""
    return (
        Check.objects.filter(site=site, observation=None, made_at__gte=now() - timedelta(days=14))
        .select_related("version__checklist", "person")
        .order_by("-made_at")
    )


def _nearest(site: Site, activity: Activity, moment: Any) -> Occasion | None:
    """The due activity closest to the site's day of `moment`, locked."""
    day = local(moment, site.zone_info).date()
    due = Occasion.objects.select_for_update(of=("self",)).filter(
        plan__site=site,
        plan__activity=activity,
        state=OccasionState.DUE,
        due_on__range=(day - NEAR, day + NEAR),
    )
    return min(due, key=lambda occasion: abs(occasion.due_on - day), default=None)


def _done(user: Person, site: Site, activity: Activity, moment: Any) -> Occasion | None:
    occasion = _nearest(site, activity, moment)
    if occasion is not None:
        _finish(user, occasion)
    return occasion


def _finish(user: Person, occasion: Occasion) -> None:
    occasion.state, occasion.done_at, occasion.done_by = OccasionState.DONE, now(), user
    occasion.save()
