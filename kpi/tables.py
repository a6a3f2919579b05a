"""Tables of the lists."""

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.listing import AtColumn, Table
from kpi.models import MonthlyReport
from kpi.reports.monthly import month_name, page_of
from kpi.selectors.periods import Month


class MonthlyReportTable(Table):
    """Issued reports."""

    month = tables.Column(
        verbose_name=_("Month"), linkify=lambda record: page_of(record.site, Month(record.month))
    )
    site = tables.Column(verbose_name=_("Site"))
    made_at = AtColumn(site="site", verbose_name=_("Made"))
    files = tables.Column(verbose_name=_("Files"), accessor="pk", orderable=False, exclude_from_export=True)

    class Meta(Table.Meta):
        model = MonthlyReport
        fields = ("month", "site", "made_at", "files")
        order_by = ("-month",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language = getattr(kwargs.get("request"), "LANGUAGE_CODE", "en")

    def render_month(self, record: MonthlyReport) -> str:
        """October 2026."""
        return month_name(Month(record.month), self.language)

    def value_month(self, record: MonthlyReport) -> str:
        """The same for files."""
        return str(Month(record.month))

    def render_files(self, record: MonthlyReport) -> SafeString:
        """Links to the workbook and the document."""
        forms = [form for form in ("xlsx", "pdf") if getattr(record, form)]
        links = ((reverse("kpi:report_file", args=[record.pk, form]), form.upper()) for form in forms)
        return format_html_join(" · ", '<a href="{}" download>{}</a>', links)
