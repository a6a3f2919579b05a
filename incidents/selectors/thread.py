"""The whole thread of a matter under one address: where it was found, what was done, by which departments, every photo."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from collaboration.models import ActionItem, CollaborationRequest
from collaboration.selectors.linked import actions_of, requests_of
from core import policies
from core.attachments import attachments_for
from core.models import Attachment
from incidents.models import Case
from incidents.origins import origin_of
from incidents.selectors.reading import photos_of, timeline


@dataclass(frozen=True, slots=True)
class Line:
    """One moment of the thread. `strand` says to which record it belongs."""

    at: datetime
    strand: str
    title: str
    who: str
    text: str
    tone: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Strand:
    """A record of the thread with its photos."""

    title: str
    badge: str
    tone: str
    url: str
    photos: list[Attachment]


@dataclass(frozen=True, slots=True)
class Thread:
    """Everything, in the order of time, and the photos by record."""

    lines: list[Line]
    strands: list[Strand]


def thread_of(user: Any, case: Case) -> Thread:
    """The case, the cases merged into it, its action items and requests, as `user` may see them."""
    merged = list(Case.objects.visible_to(user).filter(duplicate_of=case).select_related("site"))
    actions = list(policies.visible(user, actions_of(case)).prefetch_related("entries__actor"))
    requests = list(policies.visible(user, requests_of(case)).prefetch_related("entries__actor"))
    lines = [line for one in (case, *merged) for line in _of_case(one)]
    lines += [line for action in actions for line in _of_linked(action)]
    lines += [line for request in requests for line in _of_linked(request)]
    origin = origin_of(case)
    if origin is not None:
        found = Line(case.occurred_at, "", _("Found on"), "", origin["text"], "info", origin["url"])
        lines.append(found)
    of_actions, of_requests = attachments_for(actions), attachments_for(requests)
    strands = [
        Strand(
            str(case),
            str(case.get_kind_display()),
            case.status_tone,
            "",
            list(photos_of(case, with_voices=True)),
        )
    ]
    strands += [
        Strand(str(one), str(one.get_status_display()), "idle", _url(one), photos[str(one.pk)])
        for several, photos in ((actions, of_actions), (requests, of_requests))
        for one in several
    ]
    return Thread(sorted(lines, key=lambda line: line.at), strands)


def _of_case(case: Case) -> list[Line]:
    return [
        Line(event.at, case.number, event.title, event.who, event.text, event.tone)
        for event in timeline(case)
    ]


def _of_linked(record: ActionItem | CollaborationRequest) -> list[Line]:
    return [
        Line(
            entry.at,
            record.number,
            f"{record.title}: {entry.get_kind_display()}",
            entry.actor.name if entry.actor else "",
            entry.text,
            "info",
            _url(record),
        )
        for entry in record.entries.all()
    ]


def _url(record: ActionItem | CollaborationRequest) -> str:
    name = "action" if isinstance(record, ActionItem) else "request"
    return reverse(f"collaboration:{name}", args=[record.pk])
