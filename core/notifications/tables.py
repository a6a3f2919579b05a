"""The list of one's notifications."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from core.listing import Table, WhenColumn
from core.models import Notification
from core.notifications.wording import message_of


class NotificationTable(Table):
    """What happened, where, when; unread ones first told by a dot and the button that opens them."""

    words = tables.TemplateColumn(
        template_name="core/notifications/_notification.html",
        verbose_name=_("What"),
        accessor="id",
        orderable=False,
        exclude_from_export=True,
    )
    site = tables.Column(verbose_name=_("Site"), orderable=False)
    created_at = WhenColumn(verbose_name=_("When"), site="site", orderable=False)

    class Meta(Table.Meta):
        model = Notification
        fields = ("words", "site", "created_at")

    def before_render(self, request: object) -> None:
        """Put each row's words on it, once."""
        for row in self.page.object_list if self.page else ():
            row.record.message = message_of(row.record)
