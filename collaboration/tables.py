"""Tables of the lists."""

from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from collaboration.models import ActionItem, CollaborationRequest
from core.listing import ONE_LINE, AtColumn, NumberColumn, StatusColumn, Table, WhenColumn


class ActionTable(Table):
    """Action items."""

    title = tables.Column(linkify=("collaboration:action", {"pk": tables.A("pk")}))
    number = tables.Column(linkify=("collaboration:action", {"pk": tables.A("pk")}), attrs=ONE_LINE)
    owner = tables.Column(attrs=ONE_LINE)
    status = StatusColumn(verbose_name=_("status"))
    priority = NumberColumn(verbose_name=_("priority"), empty_values=(None, ""))
    due_at = WhenColumn(site="site", verbose_name=_("due"))
    done_at = AtColumn(site="site", verbose_name=_("done at"))
    effectiveness = StatusColumn(verbose_name=_("effectiveness"))

    class Meta(Table.Meta):
        model = ActionItem
        fields = (
            "title",
            "number",
            "kind",
            "status",
            "owner",
            "due_at",
            "priority",
            "site",
            "done_at",
            "effectiveness",
        )

    def order_priority(
        self, queryset: QuerySet[ActionItem], is_descending: bool
    ) -> tuple[QuerySet[ActionItem], bool]:
        """By effect and effort."""
        rows: Any = queryset
        return rows.by_priority(descending=is_descending), True


class RequestTable(Table):
    """Requests between departments."""

    title = tables.Column(linkify=("collaboration:request", {"pk": tables.A("pk")}))
    number = tables.Column(linkify=("collaboration:request", {"pk": tables.A("pk")}), attrs=ONE_LINE)
    status = StatusColumn(verbose_name=_("status"))
    urgency = StatusColumn(verbose_name=_("urgency"))
    receiver = tables.Column(verbose_name=_("to"), order_by=("to_department__name", "to_party"))
    due_at = WhenColumn(site="site", verbose_name=_("due"))
    submitted_at = AtColumn(site="site", verbose_name=_("asked at"))

    class Meta(Table.Meta):
        model = CollaborationRequest
        fields = (
            "title",
            "number",
            "kind",
            "status",
            "urgency",
            "from_department",
            "receiver",
            "due_at",
            "site",
            "submitted_at",
        )
