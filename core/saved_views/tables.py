"""The list of saved views."""

from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.listing import Table
from core.models import SavedView
from core.saved_views.managing import title_of
from core.templatetags.ui import NOTHING, badge


class SavedViewTable(Table):
    """Which view of which list, whose, and what one may do with it."""

    path = tables.Column(verbose_name=_("List"), orderable=False)
    owner = tables.Column(orderable=False)
    is_shared = tables.Column(verbose_name=_("Shared"), orderable=False)
    default = tables.TemplateColumn(
        template_name="core/saved_views/_default.html",
        accessor="id",
        verbose_name=_("Opens first"),
        orderable=False,
    )
    change = tables.TemplateColumn(
        template_name="core/saved_views/_change.html",
        accessor="id",
        verbose_name=_("Change"),
        orderable=False,
    )

    class Meta(Table.Meta):
        model = SavedView
        fields = ("name", "path", "owner", "is_shared", "default", "change")

    def render_name(self, record: SavedView) -> SafeString:
        """Leads to the list as it was saved."""
        return format_html('<a href="{}">{}</a>', record.get_absolute_url(), record.name)

    def render_path(self, value: str) -> str:
        """What the list is called."""
        return title_of(value)

    def render_is_shared(self, value: bool) -> Any:
        """A badge, or nothing."""
        return badge(_("Shared"), "info") if value else NOTHING
