"""The list of what waits in quarantine."""

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.listing import StatusColumn, Table, WhenColumn
from core.models import Quarantine
from core.offline.wording import reason_text


class QuarantineTable(Table):
    """What came, from whom, why it could not be taken, and what was decided."""

    received_at = WhenColumn(verbose_name=_("Received"), site="site")
    kind = tables.Column(verbose_name=_("Kind"), empty_values=())
    person = tables.Column(verbose_name=_("Handed in by"))
    site = tables.Column(verbose_name=_("Site"))
    reason = tables.Column(verbose_name=_("Why"))
    state = StatusColumn(verbose_name=_("Decision"))

    class Meta(Table.Meta):
        model = Quarantine
        fields = ("received_at", "kind", "person", "site", "reason", "state")

    def render_kind(self, value: str, record: Any) -> SafeString:
        """The kind, opening the record."""
        return format_html(
            '<a href="{}">{}</a>', reverse("quarantine:detail", args=[record.pk]), value or _("unreadable")
        )

    def value_kind(self, value: str) -> str:
        """For exports."""
        return value

    def render_reason(self, value: str) -> str:
        """In words."""
        return reason_text(value)
