"""A request to another department on its way: asked, answered, begun, delivered, confirmed or sent back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from collaboration import notices, sources
from collaboration.models import (
    CollaborationRequest,
    RequestEntryKind,
    RequestKind,
    RequestStatus,
    Urgency,
)
from collaboration.models.requests import ANSWERED_WITHIN
from collaboration.policies import department_ids_of
from collaboration.selectors.people import departments_at, receivers_of
from collaboration.services.keeping import (
    demand,
    enter_request,
    locked_request,
    number_of,
    save_request,
    tell_about_request,
)
from core.attachments import Prepared, attach
from core.clock import now
from core.policies import require
from organization.models import Department, Person, Site


@dataclass(frozen=True, slots=True)
class Submitted:
    """A request; `created` is false when the operation had made it before."""

    request: CollaborationRequest
    created: bool


@transaction.atomic
def submit_request(
    *,
    user: Person,
    operation_id: UUID,
    site: Site,
    title: str,
    from_department: Department,
    due_at: datetime,
    to_department: Department | None = None,
    to_party: str = "",
    description: str = "",
    kind: str = RequestKind.OTHER,
    urgency: str = Urgency.NORMAL,
    source: Model | None = None,
    uploads: Iterable[Prepared] = (),
) -> Submitted:
    """Ask another department, or (by name) somebody outside, for something until `due_at` (aware).

    Its people are told, and have ANSWERED_WITHIN to accept or decline. Raises PermissionDenied, ValidationError.
    """
    require(user, "add", CollaborationRequest, parent=site)
    return _submit(
        user=user,
        operation_id=operation_id,
        site=site,
        title=title,
        from_department=from_department,
        due_at=due_at,
        to_department=to_department,
        to_party=to_party,
        description=description,
        kind=kind,
        urgency=urgency,
        source=source,
        uploads=uploads,
    )


@transaction.atomic
def submit_help(
    *,
    user: Person,
    operation_id: UUID,
    source: Model,
    to_department: Department,
    title: str,
    due_at: datetime,
    description: str = "",
    kind: str = RequestKind.OTHER,
    photos: Iterable[str] = (),
) -> CollaborationRequest:
    """Ask another department for help from the spot, whatever one's role: the caller has checked the right to the source.

    It comes from the person's own department, else from one of the site's. The same operation asks once.
    Raises ValidationError.
    """
    site = sources.site_of(source)
    sender = _department_of(user, site, to_department)
    if sender is None:
        raise ValidationError(_("No department of this site could be the one that asks."))
    made = _submit(
        user=user,
        operation_id=operation_id,
        site=site,
        title=title,
        from_department=sender,
        due_at=due_at,
        to_department=to_department,
        description=description,
        kind=kind,
        urgency=Urgency.HIGH,
        source=source,
    )
    if made.created:
        for sha256 in photos:
            attach(made.request, sha256=sha256, made_by=user)
    return made.request


def _department_of(user: Person, site: Site, receiver: Department) -> Department | None:
    """The person's own department here, else one of the site, else any that may ask; never the one that is asked."""
    own = department_ids_of(user)
    others = [one for one in departments_at(site) if one.pk != receiver.pk]
    return min(others, key=lambda one: (one.pk not in own, one.site_id is None, one.pk), default=None)


def _submit(
    *,
    user: Person,
    operation_id: UUID,
    site: Site,
    title: str,
    from_department: Department,
    due_at: datetime,
    to_department: Department | None = None,
    to_party: str = "",
    description: str = "",
    kind: str = RequestKind.OTHER,
    urgency: str = Urgency.NORMAL,
    source: Model | None = None,
    uploads: Iterable[Prepared] = (),
) -> Submitted:
    existing = CollaborationRequest.objects.filter(
        company_id=site.company_id, operation_id=operation_id
    ).first()
    if existing is not None:
        return Submitted(existing, created=False)
    moment = now()
    wrong = _wrong(site, title, from_department, to_department, to_party)
    if due_at <= moment:
        wrong["due_at"] = _("This lies in the past.")
    if source is not None and sources.site_of(source).pk != site.pk:
        wrong["source"] = _("This belongs to another site.")
    if wrong:
        raise ValidationError(wrong)
    request = CollaborationRequest(
        company_id=site.company_id,
        site=site,
        operation_id=operation_id,
        title=title.strip()[:200],
        description=description.strip(),
        kind=kind,
        urgency=urgency,
        from_department=from_department,
        to_department=to_department,
        to_party=to_party.strip()[:120],
        due_at=due_at,
        answer_by=min(moment + ANSWERED_WITHIN, due_at),
        submitted_by=user,
        submitted_at=moment,
        created_at=moment,
        **sources.columns_of(source),
    )
    request.number = number_of("CR", site, moment)
    request.save()
    enter_request(request, user, RequestEntryKind.SUBMITTED, request.description, uploads)
    tell_about_request(notices.REQUESTED, request, receivers_of(request).exclude(pk=user.pk))
    return Submitted(request, created=True)


def _wrong(
    site: Site, title: str, sender: Department, receiver: Department | None, party: str
) -> dict[str, Any]:
    """What does not fit, by field."""
    wrong: dict[str, Any] = {}
    if not title.strip():
        wrong["title"] = _("Say what it is.")
    if (receiver is None) == (not party.strip()):
        wrong["to_department"] = _("Choose a department, or name somebody outside.")
    if receiver is not None and receiver.pk == sender.pk:
        wrong["to_department"] = _("Choose another department than your own.")
    here = set(departments_at(site).values_list("pk", flat=True))
    for name, department in (("from_department", sender), ("to_department", receiver)):
        if department is not None and department.pk not in here:
            wrong[name] = _("This belongs to another site.")
    return wrong


def _demand_status(request: CollaborationRequest, *wanted: RequestStatus) -> None:
    if request.status not in wanted:
        raise ValidationError(
            _("This is not possible: the request is “%(status)s”."),
            params={"status": request.get_status_display()},
        )


@transaction.atomic
def accept_request(*, user: Person, request_id: int, version: int, note: str = "") -> CollaborationRequest:
    """Say that it will be done. Raises Http404, PermissionDenied, Stale, ValidationError."""
    request = locked_request(user, request_id, "answer", version)
    _demand_status(request, RequestStatus.SUBMITTED)
    request.status, request.answered_at, request.answered_by = RequestStatus.ACCEPTED, now(), user
    save_request(request, user, RequestEntryKind.ACCEPTED, note.strip())
    _tell_asker(notices.REQUEST_ACCEPTED, request, user)
    return request


@transaction.atomic
def decline_request(*, user: Person, request_id: int, version: int, reason: str) -> CollaborationRequest:
    """Say that it will not be done, and why. Raises Http404, PermissionDenied, Stale, ValidationError."""
    request = locked_request(user, request_id, "answer", version)
    _demand_status(request, RequestStatus.SUBMITTED)
    request.decline_reason = demand(reason=reason)["reason"]
    request.status, request.answered_at, request.answered_by = RequestStatus.DECLINED, now(), user
    save_request(request, user, RequestEntryKind.DECLINED, request.decline_reason)
    _tell_asker(notices.REQUEST_DECLINED, request, user, text=request.decline_reason)
    return request


@transaction.atomic
def start_request(*, user: Person, request_id: int, version: int) -> CollaborationRequest:
    """Begin the work on an accepted request. Raises Http404, PermissionDenied, Stale, ValidationError."""
    request = locked_request(user, request_id, "answer", version)
    _demand_status(request, RequestStatus.ACCEPTED)
    request.status, request.started_at, request.started_by = RequestStatus.IN_PROGRESS, now(), user
    save_request(request, user, RequestEntryKind.STARTED)
    return request


@transaction.atomic
def deliver_request(
    *, user: Person, request_id: int, version: int, delivery: str, uploads: Iterable[Prepared] = ()
) -> CollaborationRequest:
    """Say what was delivered; whoever asked confirms it or sends it back.

    Raises Http404, PermissionDenied, Stale, ValidationError.
    """
    request = locked_request(user, request_id, "answer", version)
    _demand_status(request, RequestStatus.IN_PROGRESS, RequestStatus.RETURNED)
    request.delivery = demand(delivery=delivery)["delivery"]
    request.status, request.delivered_at, request.delivered_by = RequestStatus.DELIVERED, now(), user
    save_request(request, user, RequestEntryKind.DELIVERED, request.delivery, uploads)
    _tell_asker(notices.REQUEST_DELIVERED, request, user, text=request.delivery)
    return request


@transaction.atomic
def return_request(*, user: Person, request_id: int, version: int, reason: str) -> CollaborationRequest:
    """Send back what was delivered: it does not count as delivered until it is delivered again.

    Raises Http404, PermissionDenied, Stale, ValidationError.
    """
    request = locked_request(user, request_id, "judge", version)
    _demand_status(request, RequestStatus.DELIVERED)
    request.return_reason = demand(reason=reason)["reason"]
    request.status, request.returned_at, request.returned_by = RequestStatus.RETURNED, now(), user
    request.delivered_at = request.delivered_by = None
    request.delivery = ""
    save_request(request, user, RequestEntryKind.RETURNED, request.return_reason)
    people = receivers_of(request).exclude(pk=user.pk)
    tell_about_request(notices.REQUEST_RETURNED, request, people, text=request.return_reason)
    return request


@transaction.atomic
def confirm_request(*, user: Person, request_id: int, version: int, note: str = "") -> CollaborationRequest:
    """Confirm that what was asked for has been delivered. Raises Http404, PermissionDenied, Stale, ValidationError."""
    request = locked_request(user, request_id, "judge", version)
    _demand_status(request, RequestStatus.DELIVERED)
    request.status, request.confirmed_at, request.confirmed_by = RequestStatus.CONFIRMED, now(), user
    save_request(request, user, RequestEntryKind.CONFIRMED, note.strip())
    return request


def _tell_asker(kind: str, request: CollaborationRequest, user: Person, **more: Any) -> None:
    if request.submitted_by_id != user.pk:
        tell_about_request(kind, request, [request.submitted_by], **more)
