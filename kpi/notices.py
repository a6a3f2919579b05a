"""What figures tell people."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from core import policies
from core.notifications import Attachment, register_kind
from kpi.models import MonthlyReport
from kpi.reports.monthly import page_of
from kpi.selectors.periods import Month

ISSUED = "kpi.report_issued"

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "bundle": "application/zip",
}


def files_of(report: MonthlyReport, person: Any) -> Iterator[Attachment]:
    """The files of an issued report, for people who may take it away."""
    if not policies.allowed(person, "export", report):
        return
    for form, media_type in TYPES.items():
        stored = getattr(report, form, None)
        if stored:
            with stored.open("rb") as file:
                name = f"{report.site.code}-{Month(report.month)}-report.{form}"
                yield Attachment(name, file.read(), media_type)


def _page(report: MonthlyReport) -> str:
    return page_of(report.site, Month(report.month))


register_kind(
    ISSUED,
    title=_("Monthly report %(month)s: %(site)s"),
    body=_(
        "Patrol completion %(K09)s, checkpoint coverage %(K10)s. Of %(due)s rounds due %(missed)s were missed."
    ),
    label=_("The monthly report"),
    url=_page,
    attachments=files_of,
)
