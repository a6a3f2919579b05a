"""The list of one's jobs."""

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.jobs.kinds import title_of
from core.listing import StatusColumn, Table, WhenColumn
from core.models import Job


class JobTable(Table):
    """What was asked for, for which site, how it stands."""

    kind = tables.Column(verbose_name=_("What"), orderable=False)
    site = tables.Column(verbose_name=_("Site"), orderable=False)
    state = StatusColumn(verbose_name=_("State"), orderable=False)
    file_name = tables.Column(verbose_name=_("File"), orderable=False)
    created_at = WhenColumn(verbose_name=_("Started"), site="site", orderable=False)

    class Meta(Table.Meta):
        model = Job
        fields = ("kind", "site", "state", "file_name", "created_at")

    def render_kind(self, record: Job) -> SafeString:
        """The title, leading to the job's page."""
        return format_html('<a href="{}">{}</a>', record.get_absolute_url(), title_of(record.kind))

    def value_kind(self, record: Job) -> str:
        """The title."""
        return title_of(record.kind)
