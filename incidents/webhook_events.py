"""What other programs may hear of cases: numbers, states and times, no texts and no names."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.webhooks import Fact, event
from incidents.models import Case

TOLD = (
    "number",
    "kind",
    "category",
    "subcategory",
    "source",
    "priority",
    "status",
    "state",
    "zone_id",
    "occurred_at",
    "reported_at",
    "acknowledged_at",
    "arrived_at",
    "response_due_at",
    "due_at",
    "resolved_at",
    "closed_at",
    "version",
)


@event("case.opened", _("A case was opened"))
@event("case.changed", _("A case was changed or got a note"))
@event("case.stepped", _("A case took a step of its workflow"))
@event("case.closed", _("A case was closed"))
@event("case.resolved", _("A case was resolved"))
@event("case.reopened", _("A case was reopened"))
def cases(ids: Sequence[Any]) -> Iterable[Fact]:
    """How each case stands now."""
    for row in Case.objects.filter(pk__in=ids).order_by("pk").values("pk", *TOLD):
        key = row.pop("pk")
        yield Fact(key, reverse("api:case-detail", args=[key]), row)
