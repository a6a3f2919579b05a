"""The monthly report by mail: made once per site and month, on the first working day after it, at eight in the morning."""

from collections.abc import Iterator
from datetime import datetime, time
from tempfile import TemporaryFile
from typing import Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction

from core import outbox, slots
from core.clock import local, now
from core.models import OutboxItem, Slot
from core.notifications import notify
from core.recurrence import first_working_day, instant_of
from core.reports import PdfUnavailable
from kpi.indicators.patrols import K09, K10, ROUNDS_DUE, ROUNDS_MISSED
from kpi.models import MonthlyReport, report_path
from kpi.notices import ISSUED
from kpi.selectors.counting import days_of
from kpi.selectors.periods import Month
from kpi.selectors.standing import standing
from kpi.services.reporting import Form, file_name, write
from organization.access import people_holding
from organization.models import Role, Site
from patrols.services.materialising import Place, places_of

#: When the report goes out, on the wall of the site.
HOUR = time(8)
SCHEDULE = "kpi.monthly_report"
#: The forms that are kept of an issued report.
FORMS: tuple[Form, ...] = ("xlsx", "pdf")
RECIPIENTS = (Role.PROJECT_MANAGER, Role.COMPANY_MANAGER)


def issue_due(at: datetime | None = None) -> int:
    """Queue the report of last month for every site whose first working day has come; how many.

    A tick that comes late still sends it, as long as the month lasts. Sites set up after that morning are left out.
    """
    moment = at or now()
    return sum(_queue(site, month) for site, month in _due(moment))


def _due(moment: datetime) -> Iterator[tuple[Site, Month]]:
    sites = list(Site.objects.filter(is_active=True).order_by("pk"))
    places = places_of(sites)
    wanted = []
    for site in sites:
        month = Month.of(local(moment, site.zone_info).date()).previous
        if site.created_at < due_at(month, places[site.pk]) <= moment:
            wanted.append((site, month))
    names = [_slot(site, month) for site, month in wanted]
    taken = set(Slot.objects.filter(schedule=SCHEDULE, slot__in=names).values_list("slot", flat=True))
    yield from (pair for pair, name in zip(wanted, names, strict=True) if name not in taken)


def due_at(month: Month, place: Place) -> datetime:
    """When the report of `month` goes out: eight o'clock on the first working day of the next month."""
    day = first_working_day(month.next.first, place.calendar)
    return instant_of(datetime.combine(day, HOUR), place.zone)


def _slot(site: Site, month: Month) -> str:
    return f"{site.pk}:{month}"


@transaction.atomic
def _queue(site: Site, month: Month) -> bool:
    if not slots.take(SCHEDULE, _slot(site, month)):
        return False
    payload = {"site": site.pk, "month": str(month)}
    outbox.enqueue("kpi.issue_report", payload, key=_slot(site, month), company_id=site.company_id)
    return True


@outbox.handler("kpi.issue_report", atomic=False)
def issue(payload: dict[str, Any], item: OutboxItem) -> None:
    """Make and send one report. Bears being repeated: the row and the notices are unique per site and month."""
    site = Site.objects.select_related("company").filter(pk=payload["site"], is_active=True).first()
    month = Month.parse(payload["month"])
    if (
        site is None
        or month is None
        or not days_of(site, month.first, month.last).total().get(ROUNDS_DUE.code)
    ):
        return
    report = MonthlyReport.objects.filter(site=site, month=month.first).first()
    if report is None:
        report = _make(site, month)
    _tell(report, site, month)


def _make(site: Site, month: Month) -> MonthlyReport:
    """Write the files, then keep them as one row; a PDF that cannot be made here is left out."""
    report = MonthlyReport(company_id=site.company_id, site=site, month=month.first, made_at=now())
    stored: list[str] = []
    try:
        for form in FORMS:
            path = _store(report, site, month, form)
            if path:
                stored.append(path)
                setattr(report, form, path)
        report.save()
    except BaseException:
        for path in stored:
            default_storage.delete(path)
        raise
    return report


def _store(report: MonthlyReport, site: Site, month: Month, form: Form) -> str:
    with TemporaryFile() as file:
        try:
            write(site, month, form, file)
        except PdfUnavailable:
            return ""
        file.seek(0)
        return default_storage.save(report_path(report, file_name(site, month, form)), File(file))


def _tell(report: MonthlyReport, site: Site, month: Month) -> None:
    total = days_of(site, month.first, month.last).total()
    context = {
        "site": site.name,
        "month": str(month),
        "due": int(total.get(ROUNDS_DUE.code, 0)),
        "missed": int(total.get(ROUNDS_MISSED.code, 0)),
        **{one.code: standing(one, total, site).shown for one in (K09, K10)},
    }
    notify(
        ISSUED,
        people_holding(RECIPIENTS, site),
        target=report,
        site=site,
        context=context,
        key=_slot(site, month),
    )
