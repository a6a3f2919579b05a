"""Tables of alarms and of where they come from. That of alarms, exported, is the record a fire control room keeps."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from core.listing import AtColumn, NumberColumn, StatusColumn, Table, WhenColumn
from incidents.models import Alarm, AlarmSource


class AlarmTable(Table):
    """Alarms."""

    title = tables.Column(linkify=("incidents:alarm", {"pk": tables.A("pk")}), orderable=False)
    state = StatusColumn(verbose_name=_("state"))
    severity = StatusColumn(verbose_name=_("severity"))
    source = tables.Column(accessor="source__name", verbose_name=_("source"), orderable=False)
    zone = tables.Column(accessor="zone__name", verbose_name=_("zone"), orderable=False)
    first_at = AtColumn(site="site", verbose_name=_("first at"))
    count = NumberColumn(verbose_name=_("messages"))
    case = tables.Column(
        accessor="case__number", linkify=("incidents:case", {"pk": tables.A("case_id")}), verbose_name=_("case"), orderable=False
    )  # fmt: skip
    false_reason = tables.Column(verbose_name=_("why it was false"), orderable=False, visible=False)
    nature = tables.Column(verbose_name=_("nature"), orderable=False, visible=False)
    note = tables.Column(verbose_name=_("cause and handling"), orderable=False, visible=False)

    class Meta(Table.Meta):
        model = Alarm
        fields = (
            "title",
            "state",
            "severity",
            "source",
            "zone",
            "first_at",
            "count",
            "case",
            "false_reason",
            "nature",
            "note",
        )


class SourceTable(Table):
    """Sources of alarms."""

    name = tables.Column(linkify=("incidents:alarm_source", {"pk": tables.A("pk")}), orderable=False)
    heard_at = WhenColumn(verbose_name=_("last heard"), site="site", orderable=False)
    devices = NumberColumn(accessor="device_count", verbose_name=_("devices"), orderable=False)
    is_active = tables.BooleanColumn(verbose_name=_("active"), orderable=False)

    class Meta(Table.Meta):
        model = AlarmSource
        fields = ("name", "kind", "site", "zone", "devices", "heard_at", "is_active")
