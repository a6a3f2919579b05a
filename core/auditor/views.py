"""What the auditor found, for those who can do something about it."""

from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from core import policies
from core.auditor.tables import FindingTable
from core.listing import Empty, ListPage
from core.models import AuditorFinding


class FindingList(ListPage):
    """Open findings first, then those that have gone."""

    model = AuditorFinding
    table_class = FindingTable
    title = _("Missing things")
    icon = "heart-pulse"
    site_path = "site"
    template_name = "core/auditor/finding_list.html"
    empty = Empty(
        title=_("Nothing is missing"),
        text=_("Every five minutes what should exist is compared with what does. Differences appear here."),
    )

    def get_queryset(self) -> QuerySet[Any]:
        """Open ones first."""
        order = (F("resolved_at").desc(nulls_first=True), "-id")
        return AuditorFinding.objects.select_related("site").order_by(*order)

    def may_open(self) -> bool:
        """Those who look after the company's installation."""
        return policies.allowed(self.request.user, "view", AuditorFinding)
