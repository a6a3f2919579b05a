"""Columns of lists of cases."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.listing import WhenColumn
from core.listing.tables import zone_in
from core.templatetags import ui
from incidents.models import Aspect, Case
from incidents.templatetags.clocks import countdown_element


class DueColumn(WhenColumn):
    """What is left of a case's limit, standing still while paused; nothing is due once a case is settled."""

    def render(self, value: datetime, record: Case, table: Any) -> SafeString:
        """The countdown, or a dash."""
        if record.resolved_at is not None or record.closed_at is not None:
            return format_html('<span class="mute">{}</span>', ui.NOTHING)
        if record.paused_since is not None:
            return ui.badge(_("paused"), "info")
        warn = (record.limits.get(Aspect.COMPLETION) or {}).get("warn", 0)
        return countdown_element(value, zone_in(table, record, self.site), warn=timedelta(minutes=warn))
