"""What came from a record: action items and requests of a case, a check, an inspection."""

from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet

from collaboration import offers, sources
from collaboration.models import ActionItem, CollaborationRequest
from core import policies
from core.clock import now


def _of(rows: Any, source: Model) -> Any:
    kind = ContentType.objects.get_for_model(source)
    return rows.filter(source_type=kind, source_id=str(source.pk))


def actions_of(source: Model) -> QuerySet[ActionItem]:
    """The action items of a record, earliest due first. Not limited to what a person may see."""
    rows: QuerySet[ActionItem] = _of(ActionItem.objects.select_related("owner", "site"), source)
    return rows.order_by("due_at", "pk")


def open_actions_of(source: Model) -> QuerySet[ActionItem]:
    """Those that are not settled: open, or done and not yet verified."""
    rows: QuerySet[ActionItem] = _of(ActionItem.objects.unsettled(), source)
    return rows.select_related("owner", "site").order_by("due_at", "pk")


def has_open(source: Model) -> bool:
    """Is any action item of the record still unsettled? A case may have to stay open until none is."""
    return open_actions_of(source).exists()


def requests_of(source: Model) -> QuerySet[CollaborationRequest]:
    """The requests of a record, earliest due first. Not limited to what a person may see."""
    rows: QuerySet[CollaborationRequest] = _of(
        CollaborationRequest.objects.select_related("to_department", "from_department", "site"), source
    )
    return rows.order_by("due_at", "pk")


@dataclass(frozen=True, slots=True)
class Panel:
    """What the partials `collaboration/_actions.html`, `_requests.html` and `_offers.html` show on another app's page."""

    actions: list[ActionItem]
    requests: list[CollaborationRequest]
    key: str
    may_add_action: bool
    may_add_request: bool
    moment: Any
    offers: list[offers.Offer]


def panel_of(user: Any, source: Model) -> Panel:
    """Action items, requests and offers of a registered record as `user` may see them; two queries, and one for each offer."""
    site = sources.site_of(source)
    return Panel(
        list(policies.visible(user, actions_of(source))),
        list(policies.visible(user, requests_of(source))),
        sources.key_of(source),
        policies.allowed(user, "add", ActionItem, parent=site),
        policies.allowed(user, "add", CollaborationRequest, parent=site),
        now(),
        offers.offers_for(user, source),
    )
