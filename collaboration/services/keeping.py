"""What every write of an action item or a request has in common: version, timeline, photos, marks, notices."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from collaboration import signals
from collaboration.models import ActionEntry, ActionItem, CollaborationRequest, RequestEntry
from collaboration.versions import Stale
from core import changed_days, live
from core.attachments import Prepared, attach
from core.clock import local, now
from core.events import emit
from core.notifications import notify
from core.numbering import next_number
from core.policies import get_visible_or_404, require
from organization.models import Person, Site


def wall(site: Site, at: datetime | None) -> str:
    """A time as the site's clock shows it, in no language."""
    return "—" if at is None else f"{local(at, site.zone_info):%Y-%m-%d %H:%M}"


def number_of(prefix: str, site: Site, at: datetime) -> str:
    """The next number of a company on the site's day: AC20261125-0001. Call it just before the row is written."""
    series = f"{prefix}{local(at, site.zone_info):%Y%m%d}"
    return f"{series}-{next_number(series, company_id=site.company_id):04}"


def demand(**given: str) -> dict[str, str]:
    """The texts without blanks around them. Raises ValidationError naming each that is empty."""
    texts = {name: text.strip() for name, text in given.items()}
    empty = {name: _("Please write something here.") for name, text in texts.items() if not text}
    if empty:
        raise ValidationError(empty)
    return texts


def locked_action(user: Person, action_id: int, act: str, version: int) -> ActionItem:
    """The item for writing. Raises Http404, PermissionDenied, Stale."""
    rows = ActionItem.objects.select_for_update(of=("self",)).select_related(
        "site", "owner", "verifier", "department"
    )
    action = get_visible_or_404(user, rows, pk=action_id)
    require(user, act, action)
    if action.version != version:
        raise Stale(action)
    return action


def save_action(
    action: ActionItem,
    user: Person | None,
    kind: str,
    text: str = "",
    uploads: Iterable[Prepared] = (),
    *,
    was_due: datetime | None = None,
) -> None:
    """Write the next version of an item with its line in the timeline; its days are counted again.

    `was_due` is the due time before this change, if it changes.
    """
    action.version += 1
    action.save()
    enter_action(action, user, kind, text, uploads, was_due=was_due)


def enter_action(
    action: ActionItem,
    user: Person | None,
    kind: str,
    text: str = "",
    uploads: Iterable[Prepared] = (),
    *,
    was_due: datetime | None = None,
) -> None:
    """A line of an item's timeline, its photos, and the news of it."""
    ActionEntry.objects.create(action=action, kind=kind, at=now(), actor=user, text=text)
    for upload in uploads:
        attach(action, upload=upload, made_by=user)
    mark(action.site, action.due_at, action.verified_at, was_due)
    live.publish(f"site:{action.site_id}", "actions", action=action.pk)
    emit(signals.action_changed, action_id=action.pk, site_id=action.site_id)


def locked_request(user: Person, request_id: int, act: str, version: int) -> CollaborationRequest:
    """The request for writing. Raises Http404, PermissionDenied, Stale."""
    rows = CollaborationRequest.objects.select_for_update(of=("self",)).select_related(
        "site", "to_department", "from_department", "submitted_by"
    )
    request = get_visible_or_404(user, rows, pk=request_id)
    require(user, act, request)
    if request.version != version:
        raise Stale(request)
    return request


def save_request(
    request: CollaborationRequest,
    user: Person | None,
    kind: str,
    text: str = "",
    uploads: Iterable[Prepared] = (),
) -> None:
    """Write the next version of a request with its line in the timeline; its day is counted again."""
    request.version += 1
    request.save()
    enter_request(request, user, kind, text, uploads)


def enter_request(
    request: CollaborationRequest,
    user: Person | None,
    kind: str,
    text: str = "",
    uploads: Iterable[Prepared] = (),
) -> None:
    """A line of a request's timeline, its photos, and the news of it."""
    RequestEntry.objects.create(request=request, kind=kind, at=now(), actor=user, text=text)
    for upload in uploads:
        attach(request, upload=upload, made_by=user)
    mark(request.site, request.due_at)
    live.publish(f"site:{request.site_id}", "requests", request=request.pk)
    emit(signals.request_changed, request_id=request.pk, site_id=request.site_id)


def mark(site: Site, *moments: datetime | None) -> None:
    """The site-local days of these instants are counted again."""
    changed_days.mark([(site.pk, local(at, site.zone_info).date()) for at in moments if at is not None])


def tell_about_action(
    kind: str, action: ActionItem, people: Iterable[Person], *, key: str | None = None, **more: Any
) -> None:
    """Tell people about an item; with a `key` each of them once."""
    context = {
        "number": action.number,
        "title": action.title,
        "site": action.site.name,
        "owner": action.owner.name,
        "due": action.due_at,
    }
    notify(kind, people, target=action, site=action.site, context=context | more, key=key)


def tell_about_request(
    kind: str, request: CollaborationRequest, people: Iterable[Person], *, key: str | None = None, **more: Any
) -> None:
    """Tell people about a request; with a `key` each of them once."""
    context = {
        "number": request.number,
        "title": request.title,
        "site": request.site.name,
        "sender": request.from_department.name,
        "receiver": request.receiver,
        "due": request.due_at,
    }
    notify(kind, people, target=request, site=request.site, context=context | more, key=key)
