"""The list of acts."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from core.audit import actions
from core.audit.facts import in_words
from core.listing import AtColumn, Table
from core.models import AuditEntry


class AuditTable(Table):
    """When, who, what, about what, where from."""

    at = AtColumn(verbose_name=_("When"), site="site", orderable=False)
    actor = tables.Column(verbose_name=_("Who"), orderable=False)
    action = tables.Column(verbose_name=_("Act"), orderable=False)
    target_type = tables.Column(verbose_name=_("About"), orderable=False)
    site = tables.Column(verbose_name=_("Site"), orderable=False)
    details = tables.Column(verbose_name=_("Details"), orderable=False)
    address = tables.Column(verbose_name=_("Network address"), orderable=False)
    request_id = tables.Column(verbose_name=_("Request"), orderable=False, visible=False)

    class Meta(Table.Meta):
        model = AuditEntry
        fields = ("at", "actor", "action", "target_type", "site", "details", "address", "request_id")

    def render_action(self, record: AuditEntry) -> str:
        """The act in words."""
        return actions.text(record.action, record.details)

    def value_action(self, record: AuditEntry) -> str:
        """The act in words."""
        return actions.text(record.action, record.details)

    def render_target_type(self, record: AuditEntry) -> str:
        """Kind and number of the object."""
        kind = record.target_type
        model = kind.model_class() if kind else None
        name = str(model._meta.verbose_name) if model else (kind.model if kind else "")
        return f"{name} {record.target_id}".strip()

    def value_target_type(self, record: AuditEntry) -> str:
        """Kind and number of the object."""
        return self.render_target_type(record) if record.target_type_id else ""

    def render_details(self, record: AuditEntry) -> str:
        """The facts, as name: value."""
        return in_words(record.details)

    def value_details(self, record: AuditEntry) -> str:
        """The facts, as name: value."""
        return self.render_details(record)
