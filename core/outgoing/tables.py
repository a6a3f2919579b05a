"""Columns of the lists of endpoints and of their deliveries."""

from typing import Any

import django_tables2 as tables
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.listing import AtColumn, StatusColumn, Table, WhenColumn
from core.models import Endpoint
from core.outgoing.reasons import in_words
from core.templatetags.ui import badge


class StandingColumn(tables.Column):
    """Active, failing or switched off."""

    def render(self, record: Endpoint) -> SafeString:
        """A badge."""
        if not record.is_active:
            return badge(_("Off"), "idle")
        return badge(_("Failing"), "danger") if record.failures else badge(_("Active"), "ok")

    def value(self, record: Endpoint) -> str:
        """A word."""
        return "off" if not record.is_active else "failing" if record.failures else "active"


class LatestColumn(WhenColumn):
    """When the latest delivery was made."""

    def __init__(self, **options: Any) -> None:
        super().__init__(verbose_name=_("Latest delivery"), orderable=False, **options)


class SendingTable(Table):
    """When, what, where it stands, why not, and the button that tries again (to the address `again_url`)."""

    again_url = ""

    created_at = AtColumn(verbose_name=_("When"), orderable=False)
    state = StatusColumn(verbose_name=_("State"), orderable=False)
    attempts = tables.Column(verbose_name=_("Attempts"), orderable=False)
    answer_status = tables.Column(verbose_name=_("Answer"), orderable=False)
    last_error = tables.Column(verbose_name=_("Last error"), orderable=False)
    again = tables.TemplateColumn(
        template_name="core/outgoing/_again.html",
        accessor="id",
        verbose_name=_("Try again"),
        orderable=False,
        exclude_from_export=True,
    )

    class Meta(Table.Meta):
        fields: tuple[str, ...] = ("created_at", "state", "attempts", "answer_status", "last_error", "again")

    def render_last_error(self, value: str) -> str:
        """In words."""
        return in_words(value)

    def value_last_error(self, value: str) -> str:
        """In words."""
        return in_words(value)
