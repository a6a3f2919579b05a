"""Given-up work: what the system could not do by itself."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from core import policies
from core.listing import Empty, ListPage
from core.models import OutboxItem
from core.outbox.retrying import retry
from core.outbox.tables import DeadTable


class DeadList(ListPage):
    """Work given up after repeated failure, newest first."""

    model = OutboxItem
    table_class = DeadTable
    title = gettext_lazy("Given-up work")
    icon = "exclamation-octagon"
    empty = Empty(
        title=gettext_lazy("Nothing was given up"),
        text=gettext_lazy("Mails and reports that failed again and again would wait here for you."),
    )

    def get_queryset(self) -> QuerySet[Any]:
        """The latest first."""
        return OutboxItem.objects.dead().order_by("-ended_at", "-id")

    def may_open(self) -> bool:
        """Those who may look after the installation."""
        return policies.allowed(self.request.user, "view", OutboxItem)


@require_POST
def try_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put one item back into the queue."""
    item = policies.get_visible_or_404(
        request.user, OutboxItem.objects.dead().select_related("company"), pk=pk
    )
    if retry(item=item, user=request.user):
        messages.success(request, _("It will be tried again now."))
    return HttpResponseRedirect(reverse("outbox:dead"))
