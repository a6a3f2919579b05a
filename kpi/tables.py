"""Tables of the lists."""

from datetime import date
from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.listing import ONE_LINE, AtColumn, NumberColumn, StatusColumn, Table
from core.listing.tables import DESK_ONLY
from core.templatetags import ui
from kpi.models import ClosedMonth, Improvement, MonthlyReport
from kpi.reports.monthly import month_name, page_of
from kpi.selectors.closed import numbers_of_changes
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


class DayColumn(tables.DateColumn):
    """A day on the site's calendar."""

    export_kind = "date"

    def value(self, value: date | None) -> date | None:
        """The day itself, for exports."""
        return value


class ImprovementTable(Table):
    """Improvement measures: the most rewarding first."""

    title = tables.Column(linkify=("kpi:improvement", {"pk": tables.A("pk")}))
    number = tables.Column(linkify=("kpi:improvement", {"pk": tables.A("pk")}), attrs=ONE_LINE)
    stage = StatusColumn(verbose_name=_("stage"))
    owner = tables.Column(attrs=ONE_LINE)
    due_on = DayColumn(accessor="current__due_on", verbose_name=_("due"), attrs=ONE_LINE)
    priority = NumberColumn(verbose_name=_("priority"))
    indicator = tables.Column(attrs=ONE_LINE)
    verdict = tables.Column(accessor="current__verdict", verbose_name=_("result"))
    starts_on = DayColumn(accessor="current__starts_on", verbose_name=_("to begin on"), visible=False)
    begun_on = DayColumn(accessor="current__begun_on", verbose_name=_("begun on"), visible=False)
    done_on = DayColumn(accessor="current__done_on", verbose_name=_("done on"), visible=False)
    loop = NumberColumn(accessor="current__number", verbose_name=_("loop"), visible=False)
    origin = tables.Column(visible=False)
    severity = tables.Column(visible=False)
    impact = NumberColumn(visible=False)
    effort = NumberColumn(visible=False)

    class Meta(Table.Meta):
        model = Improvement
        fields = (
            "title", "number", "stage", "priority", "owner", "due_on", "indicator", "verdict", "site",
            "starts_on", "begun_on", "done_on", "loop", "origin", "severity", "impact", "effort",
        )  # fmt: skip
        sequence = fields
        order_by = ("-priority",)

    def order_priority(
        self, queryset: QuerySet[Improvement], is_descending: bool
    ) -> tuple[QuerySet[Improvement], bool]:
        """By effect and effort."""
        rows: Any = queryset
        return rows.by_priority(descending=is_descending), True

    def render_verdict(self, record: Improvement) -> SafeString:
        """The badge of the current loop."""
        return ui.status(record.current, "verdict") if record.current else ui.NOTHING

    def value_verdict(self, record: Improvement) -> str:
        """Its words."""
        return str(record.current.get_verdict_display()) if record.current else ""


class ClosedMonthTable(Table):
    """Closed months."""

    month = tables.Column(verbose_name=_("Month"), linkify=True)
    site = tables.Column(verbose_name=_("Site"))
    closed_at = AtColumn(site="site", verbose_name=_("Closed"))
    closed_by = tables.Column(verbose_name=_("By"), attrs=DESK_ONLY)
    changes = tables.Column(
        verbose_name=_("Changed since"),
        accessor="pk",
        orderable=False,
        attrs={"td": {"class": "r num"}, "th": {"class": "r"}},
    )
    sha256 = tables.Column(verbose_name=_("SHA-256"), orderable=False, attrs=DESK_ONLY)

    class Meta(Table.Meta):
        model = ClosedMonth
        fields = ("month", "site", "closed_at", "closed_by", "changes", "sha256")
        order_by = ("-month",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language = getattr(kwargs.get("request"), "LANGUAGE_CODE", "en")
        self._changes: dict[int, int] | None = None

    def render_month(self, record: ClosedMonth) -> str:
        """October 2026."""
        return month_name(Month(record.month), self.language)

    def value_month(self, record: ClosedMonth) -> str:
        """The same for files."""
        return str(Month(record.month))

    def render_changes(self, record: ClosedMonth) -> int:
        """How many numbers of its days the records tell differently now."""
        if self._changes is None:
            self._changes = numbers_of_changes([row.record for row in self.paginated_rows])
        return self._changes.get(record.pk, 0)

    def value_changes(self, record: ClosedMonth) -> int:
        """The same for files."""
        return numbers_of_changes([record])[record.pk]

    def render_sha256(self, value: str) -> SafeString:
        """The beginning; the whole hash when pointed at."""
        return format_html('<code title="{}">{}…</code>', value, value[:12])

    def value_sha256(self, value: str) -> str:
        """The whole hash for files."""
        return value
