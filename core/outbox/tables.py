"""The list of given-up work."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from core.listing import Table, WhenColumn
from core.models import OutboxItem
from core.outbox.registry import title_of


class DeadTable(Table):
    """Which work, how often it was tried, why it failed, and the button that tries again."""

    handler = tables.Column(verbose_name=_("Work"), orderable=False)
    attempts = tables.Column(verbose_name=_("Attempts"), orderable=False)
    last_error = tables.Column(verbose_name=_("Why it failed"), orderable=False)
    ended_at = WhenColumn(verbose_name=_("Given up"), orderable=False)
    again = tables.TemplateColumn(
        template_name="core/outbox/_again.html",
        accessor="id",
        verbose_name=_("Try again"),
        orderable=False,
        exclude_from_export=True,
    )

    class Meta(Table.Meta):
        model = OutboxItem
        fields = ("handler", "attempts", "last_error", "ended_at", "again")

    def render_handler(self, value: str) -> str:
        """What the work is called."""
        return title_of(value)

    def render_last_error(self, value: str) -> str:
        """Its beginning."""
        return value[:200]
