"""Tables of the lists."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from checklists.models import Check, Checklist
from core.listing import AtColumn, Table


class ChecklistTable(Table):
    """Checklists."""

    code = tables.Column(linkify=("checklists:checklist", {"pk": tables.A("pk")}))
    name = tables.Column(linkify=("checklists:checklist", {"pk": tables.A("pk")}), orderable=False)

    class Meta(Table.Meta):
        model = Checklist
        fields = ("code", "name", "basis", "is_active")


class CheckTable(Table):
    """Checks made."""

    made_at = AtColumn(
        site="site", verbose_name=_("made at"), linkify=("checklists:check", {"pk": tables.A("pk")})
    )
    version = tables.Column(verbose_name=_("checklist"), orderable=False)
    received_at = AtColumn(site="site", verbose_name=_("received at"))

    class Meta(Table.Meta):
        model = Check
        fields = ("made_at", "version", "site", "person", "abnormal_count", "received_at")

    def render_version(self, record: Check) -> str:
        """Its name."""
        return str(record.version.checklist.name)

    def value_version(self, record: Check) -> str:
        """The same for files."""
        return str(record.version)
