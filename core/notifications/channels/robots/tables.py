"""The list of group robots and the log of what they said."""

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.listing import Table
from core.models import Robot, RobotMessage
from core.notifications.kinds import registered
from core.outgoing.tables import LatestColumn, SendingTable, StandingColumn


class RobotTable(Table):
    """Which group, of which site, what it hears, how it stands."""

    name = tables.Column(linkify=("robots:change", {"pk": tables.A("pk")}))
    vendor = tables.Column(orderable=False)
    site = tables.Column(orderable=False, default=_("All sites"))
    kinds = tables.Column(verbose_name=_("Tells"), orderable=False, empty_values=())
    standing = StandingColumn(verbose_name=_("State"), accessor="is_active", orderable=False)
    latest_at = LatestColumn()
    test = tables.TemplateColumn(
        template_name="core/outgoing/_test.html",
        extra_context={"test_url": "robots:test"},
        accessor="id",
        verbose_name=_("Test"),
        orderable=False,
    )

    class Meta(Table.Meta):
        model = Robot
        fields = ("name", "vendor", "site", "kinds", "standing", "latest_at", "test")

    def render_kinds(self, value: list[str]) -> str:
        """All of them, the one, or how many."""
        if not value:
            return str(_("Everything for groups"))
        known = registered().get(value[0])
        if len(value) == 1 and known is not None:
            return str(known.label)
        return ngettext("%(count)s kind", "%(count)s kinds", len(value)) % {"count": len(value)}


class MessageTable(SendingTable):
    """What was said to which group."""

    again_url = "robots:again"

    robot = tables.Column(orderable=False)
    kind = tables.Column(verbose_name=_("What"), orderable=False)

    class Meta(SendingTable.Meta):
        model = RobotMessage
        fields: tuple[str, ...] = (
            "created_at",
            "robot",
            "kind",
            "state",
            "attempts",
            "answer_status",
            "last_error",
            "again",
        )

    def render_kind(self, value: str) -> Any:
        """Its label."""
        known = registered().get(value)
        return known.label if known else value
