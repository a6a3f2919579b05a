"""The list of integration tokens."""

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.listing import AtColumn, Table, WhenColumn
from core.templatetags.ui import badge
from organization.models import IntegrationToken

STATES = {
    "usable": (_("Usable"), "ok"),
    "expired": (_("Expired"), "idle"),
    "revoked": (_("Revoked"), "danger"),
}


class TokenTable(Table):
    """What uses it, what it may do, until when, and the button that ends it."""

    hint = tables.Column(verbose_name=_("Begins with"), orderable=False)
    scopes = tables.Column(verbose_name=pgettext_lazy("what a token may do", "May"), orderable=False)
    state = tables.Column(verbose_name=_("State"), orderable=False)
    expires_at = AtColumn(form="date")
    last_used_at = WhenColumn()
    revoke = tables.TemplateColumn(
        template_name="organization/_token_revoke.html",
        accessor="id",
        verbose_name=_("Revoke"),
        orderable=False,
        exclude_from_export=True,
    )

    class Meta(Table.Meta):
        model = IntegrationToken
        fields = ("name", "state", "scopes", "created_by", "expires_at", "last_used_at", "hint", "revoke")

    def render_scopes(self, value: list[str]) -> str:
        """One after the other."""
        return ", ".join(value)

    def render_state(self, value: str) -> SafeString:
        """A badge."""
        text, tone = STATES[value]
        return badge(text, tone)

    def render_hint(self, value: str) -> SafeString:
        """As code."""
        return format_html("<code>{}…</code>", value)
