"""Tables of the lists."""

from datetime import date
from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from core.listing import ONE_LINE, AtColumn, NumberColumn, StatusColumn, Table
from core.listing.tables import DESK_ONLY
from core.templatetags import ui
from kpi.models import ClosedMonth, Improvement, MonthlyReport, ReportDelivery, ReportSchedule
from kpi.notices import page_of_report
from kpi.reports.monthly import month_name
from kpi.selectors.closed import numbers_of_changes
from kpi.selectors.periods import Month


def _place(report: MonthlyReport) -> str:
    return report.site.name if report.site is not None else gettext("All sites")


class MonthlyReportTable(Table):
    """Kept reports."""

    month = tables.Column(verbose_name=_("Month"), linkify=page_of_report)
    site = tables.Column(verbose_name=_("Site"), empty_values=())
    edition = tables.Column(verbose_name=_("Edition"))
    language = tables.Column(verbose_name=_("Language"))
    made_at = AtColumn(site="site", verbose_name=_("Made"))
    files = tables.Column(verbose_name=_("Files"), accessor="pk", orderable=False, exclude_from_export=True)

    class Meta(Table.Meta):
        model = MonthlyReport
        fields = ("month", "site", "edition", "language", "made_at", "files")
        order_by = ("-month",)

    def render_month(self, record: MonthlyReport) -> str:
        """October 2026."""
        return month_name(Month(record.month))

    def value_month(self, record: MonthlyReport) -> str:
        """The same for files."""
        return str(Month(record.month))

    def render_site(self, record: MonthlyReport) -> str:
        """Its name, or that it is about all of them."""
        return _place(record)

    def render_edition(self, record: MonthlyReport) -> str:
        """For whom; that the month is closed."""
        label = str(record.get_edition_display())
        return f"{label} · {gettext('closed month')}" if record.is_final else label

    def render_files(self, record: MonthlyReport) -> SafeString:
        """Links to the files there are."""
        links = (
            (reverse("kpi:report_file", args=[record.pk, form]), label)
            for form, label in FORM_LABELS.items()
            if getattr(record, form)
        )
        return format_html_join(" · ", '<a href="{}" download>{}</a>', links)


class DayColumn(tables.DateColumn):
    """A day on the site's calendar."""

    export_kind = "date"

    def render(self, value: date) -> str:
        """As the reader writes it."""
        return ui.day(value)

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


#: What a form is called, in order.
FORM_LABELS = {"pdf": "PDF", "xlsx": "XLSX", "bundle": "CSV"}


class ReportScheduleTable(Table):
    """Schedules."""

    name = tables.Column(
        verbose_name=_("Name"), linkify=lambda record: reverse("kpi:schedule_change", args=[record.pk])
    )
    site = tables.Column(verbose_name=_("Site"), empty_values=())
    edition = tables.Column(verbose_name=_("Edition"))
    forms = tables.Column(verbose_name=_("Files"), orderable=False)
    goes_to = tables.Column(verbose_name=_("Goes to"), accessor="pk", orderable=False)
    sending = tables.Column(verbose_name=_("How"), orderable=False)
    is_active = tables.Column(verbose_name=_("Active"))

    class Meta(Table.Meta):
        model = ReportSchedule
        fields = ("name", "site", "edition", "forms", "goes_to", "sending", "is_active")
        order_by = ("name",)

    def render_site(self, record: ReportSchedule) -> str:
        """Its name, or that it is about all of them."""
        return record.site.name if record.site is not None else gettext("All sites")

    def render_forms(self, record: ReportSchedule) -> str:
        """PDF, XLSX."""
        return " · ".join(FORM_LABELS[form] for form in record.forms)

    def render_goes_to(self, record: ReportSchedule) -> str:
        """Names and addresses."""
        return " · ".join([*(person.name for person in record.people.all()), *record.addresses])

    def render_is_active(self, record: ReportSchedule) -> str:
        """In a word."""
        return gettext("Yes") if record.is_active else gettext("No")


class ReportDeliveryTable(Table):
    """What was sent."""

    queued_at = AtColumn(site="report__site", verbose_name=_("When"))
    report = tables.Column(
        verbose_name=pgettext_lazy("monthly report", "Report"), accessor="report", orderable=False
    )
    goes_to = tables.Column(verbose_name=_("To"), accessor="pk", orderable=False)
    sending = tables.Column(verbose_name=_("How"), orderable=False)
    state = tables.Column(verbose_name=_("State"), accessor="pk", orderable=False)

    class Meta(Table.Meta):
        model = ReportDelivery
        fields = ("queued_at", "report", "goes_to", "sending", "state")
        order_by = ("-queued_at",)

    def render_report(self, record: ReportDelivery) -> SafeString:
        """Place and month, leading to the page."""
        report = record.report
        words = f"{_place(report)} {Month(report.month)} · {report.get_edition_display()}"
        return format_html('<a href="{}">{}</a>', page_of_report(report), words)

    def value_report(self, record: ReportDelivery) -> str:
        """The same for files."""
        return f"{_place(record.report)} {Month(record.report.month)}"

    def render_goes_to(self, record: ReportDelivery) -> str:
        """A name or an address."""
        return record.person.name if record.person is not None else record.address

    def render_sending(self, record: ReportDelivery) -> str:
        """People are told here and by mail; addresses get files or a link."""
        return gettext("Here and by mail") if record.person_id else str(record.get_sending_display())

    def render_state(self, record: ReportDelivery) -> str:
        """Sent, waiting, given up; whether a link was used."""
        if record.given_up_at is not None:
            return gettext("Given up")
        if record.sent_at is None:
            return pgettext("delivery", "Waiting")
        return gettext("Sent, link opened") if record.opened_at is not None else gettext("Sent")


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
        self._changes: dict[int, int] | None = None

    def render_month(self, record: ClosedMonth) -> str:
        """October 2026."""
        return month_name(Month(record.month))

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
