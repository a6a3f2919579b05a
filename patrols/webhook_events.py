"""What other programs may hear of patrols."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.webhooks import Fact, event
from patrols.models import Round


@event("round.judged", _("A round was judged"))
def rounds(ids: Sequence[Any]) -> Iterable[Fact]:
    """How each round ended: complete, late, partial or missed; points due and visited."""
    for row in Round.objects.filter(pk__in=ids).order_by("pk"):
        yield Fact(
            row.pk,
            reverse("api:round-detail", args=[row.pk]),
            {
                "status": row.status,
                "plan_id": row.plan_id,
                "route_id": row.route_id,
                "due_start": row.due_start,
                "due_end": row.due_end,
                "points": len(row.points),
                "visited": len(row.visited),
            },
        )
