"""Columns of lists of cases."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core import clock, wording
from core.listing import WhenColumn
from core.listing.tables import zone_in
from core.templatetags.ui import badge
from incidents.models import Aspect, CaseStatus
from incidents.templatetags.clocks import countdown_element


class DueColumn(WhenColumn):
    """What is left of a case's limit while it is open; when it was due afterwards."""

    def render(self, value: datetime, record: Any, table: Any) -> SafeString:
        """Counting down, standing still while paused, or the plain time."""
        zone = zone_in(table, record, self.site)
        if record.status != CaseStatus.OPEN:
            return format_html(
                '<time class="num" datetime="{}">{}</time>',
                value.isoformat(timespec="seconds"),
                wording.moment(clock.local(value, zone)),
            )
        if record.paused_since is not None:
            return badge(_("paused"), "info")
        warn = (record.limits.get(Aspect.COMPLETION) or {}).get("warn", 0)
        return countdown_element(value, zone, warn=timedelta(minutes=warn))
