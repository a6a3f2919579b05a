"""What figures tell people."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import policies
from core.notifications import Attachment, register_kind
from kpi.models import Improvement, MonthlyReport
from kpi.selectors.periods import Month

ISSUED = "kpi.report_issued"
COMPANY_ISSUED = "kpi.company_report_issued"

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "bundle": "application/zip",
}
#: The forms that go with a mail; the bundle of records stays in the product.
MAILED = ("xlsx", "pdf")


def attachments_of(report: MonthlyReport, forms: tuple[str, ...] = MAILED) -> Iterator[Attachment]:
    """The files of a kept report in some forms."""
    place = report.site.code if report.site is not None else report.company.code
    for form in forms:
        stored = getattr(report, form)
        if stored:
            with stored.open("rb") as file:
                yield Attachment(f"{place}-{Month(report.month)}-report.{form}", file.read(), TYPES[form])


def files_of(report: MonthlyReport, person: Any) -> Iterator[Attachment]:
    """The same for people who may take them away."""
    if policies.allowed(person, "export", report):
        yield from attachments_of(report)


def page_of_report(report: MonthlyReport) -> str:
    """The page that shows the report."""
    month = Month(report.month)
    if report.site_id is None:
        return reverse("kpi:company_report", args=[str(month)])
    return reverse("kpi:report", args=[report.site_id, str(month)])


register_kind(
    ISSUED,
    title=_("Monthly report %(month)s: %(site)s"),
    body="%(summary)s",
    label=_("The monthly report"),
    url=page_of_report,
    attachments=files_of,
)
register_kind(
    COMPANY_ISSUED,
    title=_("Monthly report %(month)s of all sites"),
    body="%(summary)s",
    label=_("The monthly report of all sites"),
    url=page_of_report,
    attachments=files_of,
)


def measure_page(improvement: Improvement) -> str:
    """The page of an improvement measure."""
    return reverse("kpi:improvement", args=[improvement.pk])


PROPOSED, ASSIGNED, BEGUN = "kpi.measure_proposed", "kpi.measure_assigned", "kpi.measure_begun"
DUE_SOON, OVERDUE, DONE = "kpi.measure_due_soon", "kpi.measure_overdue", "kpi.measure_done"
CHECK_DUE, CHECKED, CANCELLED = "kpi.measure_check_due", "kpi.measure_checked", "kpi.measure_cancelled"

_WHAT = _("%(title)s. %(site)s. Owner %(owner)s, to be done by %(due)s.")
_WHY = _("%(title)s. %(site)s: %(text)s")
#: Kind, title, text, what it is called where people choose, and whether it is mailed unless they say otherwise.
_MEASURES = (
    (PROPOSED, _("Measure %(number)s waits for your decision"), _WHAT, _("An improvement measure was proposed"), True),
    (ASSIGNED, _("Measure %(number)s is yours"), _WHAT, _("An improvement measure was given to me"), True),
    (BEGUN, _("Measure %(number)s was approved"), _WHAT, _("My improvement measure was approved"), False),
    (DUE_SOON, _("Measure %(number)s is due soon"), _WHAT, _("My improvement measure is due within three days"), False),
    (OVERDUE, _("Measure %(number)s is overdue"), _WHAT, _("An improvement measure is overdue"), True),
    (DONE, _("Measure %(number)s is done"), _WHY, _("An improvement measure was done"), False),
    (CHECK_DUE, _("Measure %(number)s can be checked"), _("%(title)s. %(site)s. Before and after can be compared now."), _("An improvement measure can be checked"), True),
    (CHECKED, _("Measure %(number)s was checked"), _("%(title)s. %(site)s. Owner %(owner)s."), _("An improvement measure was checked"), False),
    (CANCELLED, _("Measure %(number)s was cancelled"), _WHY, _("My improvement measure was cancelled"), False),
)  # fmt: skip
for _name, _title, _body, _label, _mailed in _MEASURES:
    register_kind(_name, title=_title, body=_body, label=_label, url=measure_page, email=_mailed)
