"""Tables of the lists."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from core.listing import AtColumn, StatusColumn, Table
from incidents.columns import DueColumn
from incidents.models import Case


class CaseTable(Table):
    """Cases."""

    number = tables.Column(linkify=("incidents:case", {"pk": tables.A("pk")}))
    title = tables.Column(linkify=("incidents:case", {"pk": tables.A("pk")}))
    status = StatusColumn(verbose_name=_("status"))
    reported_at = AtColumn(site="site", verbose_name=_("reported at"))
    due_at = DueColumn(site="site", verbose_name=_("due"))

    class Meta(Table.Meta):
        model = Case
        fields = (
            "number",
            "title",
            "kind",
            "priority",
            "status",
            "site",
            "place",
            "reported_at",
            "due_at",
            "assigned_to",
        )
