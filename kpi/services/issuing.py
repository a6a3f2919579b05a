"""The monthly report by mail: made once per site and month, on the first working day after it, at eight in the morning.

It goes to the managers of the site, and to those a schedule names. The report of a whole company follows when the hour
of its last site has come.
"""

from collections.abc import Iterator
from datetime import datetime, time
from typing import Any, TypeVar

from django.db import transaction

from core import outbox, slots
from core.clock import local, now
from core.models import OutboxItem, Slot
from core.recurrence import first_working_day, instant_of
from kpi.models import DayFigure, Edition, ReportSchedule
from kpi.selectors.periods import Month
from kpi.services.delivering import deliver_to_managers, deliver_to_schedule
from kpi.services.keeping import keep_company_report, keep_site_report
from organization.access import people_holding
from organization.models import Company, Role, Site
from patrols.services.materialising import Place, places_of

#: When the report goes out, on the wall of the site.
HOUR = time(8)
SCHEDULE, COMPANY_SCHEDULE = "kpi.monthly_report", "kpi.company_report"
RECIPIENTS = (Role.PROJECT_MANAGER, Role.COMPANY_MANAGER)
#: A site and the month whose report is due there.
Due = tuple[Site, Month]
Whose = TypeVar("Whose")


def issue_due(at: datetime | None = None) -> int:
    """Queue the report of last month for every site and company whose first working day has come; how many.

    A tick that comes late still sends it, as long as the month lasts. Sites set up after that morning are left out.
    """
    moment = at or now()
    due, of_companies = _due(moment)
    queued = sum(
        _queue(SCHEDULE, "kpi.issue_report", site.pk, site.company_id, month)
        for site, month in _untaken(SCHEDULE, [(site.pk, month, site) for site, month in due])
    )
    return queued + sum(
        _queue(COMPANY_SCHEDULE, "kpi.issue_company_report", company_id, company_id, month)
        for company_id, month in _untaken(
            COMPANY_SCHEDULE, [(key, month, key) for key, month in sorted(of_companies.items())]
        )
    )


def _due(moment: datetime) -> tuple[list[Due], dict[int, Month]]:
    """The sites whose hour has come, and of each company the month whose hour has come at all its sites."""
    sites = list(Site.objects.filter(is_active=True).order_by("pk"))
    places = places_of(sites)
    due: list[Due] = []
    of_companies: dict[int, Month] = {}
    for site in sites:
        month = Month.of(local(moment, site.zone_info).date()).previous
        hour = due_at(month, places[site.pk])
        if site.created_at < hour <= moment:
            due.append((site, month))
        ended = month if hour <= moment else month.previous
        of_companies[site.company_id] = min(ended, of_companies.get(site.company_id, ended))
    begun = {(site.company_id, month) for site, month in due}
    return due, {key: month for key, month in of_companies.items() if (key, month) in begun}


def _untaken(schedule: str, wanted: list[tuple[int, Month, Whose]]) -> Iterator[tuple[Whose, Month]]:
    """Those of (key, month, whose) whose slot is free; whose and month."""
    names = [_slot(key, month) for key, month, _whose in wanted]
    taken = set(Slot.objects.filter(schedule=schedule, slot__in=names).values_list("slot", flat=True))
    for name, (_key, month, whose) in zip(names, wanted, strict=True):
        if name not in taken:
            yield whose, month


def due_at(month: Month, place: Place) -> datetime:
    """When the report of `month` goes out: eight o'clock on the first working day of the next month."""
    day = first_working_day(month.next.first, place.calendar)
    return instant_of(datetime.combine(day, HOUR), place.zone)


def _slot(key: int, month: Month) -> str:
    return f"{key}:{month}"


@transaction.atomic
def _queue(schedule: str, handler: str, key: int, company_id: int, month: Month) -> bool:
    if not slots.take(schedule, _slot(key, month)):
        return False
    outbox.enqueue(handler, {"id": key, "month": str(month)}, key=_slot(key, month), company_id=company_id)
    return True


@outbox.handler("kpi.issue_report", atomic=False)
def issue(payload: dict[str, Any], item: OutboxItem) -> None:
    """Make and send the report of a site. Bears being repeated: the rows and the notices are unique per site and month."""
    site = Site.objects.select_related("company").filter(pk=payload["id"], is_active=True).first()
    month = Month.parse(payload["month"])
    if site is None or month is None or not DayFigure.objects.filter(site=site).exists():
        return  # nothing was ever recorded there: it is not in use yet
    report = keep_site_report(site, month)
    deliver_to_managers(report, people_holding(RECIPIENTS, site))
    for schedule in _schedules(company=site.company_id, site=site):
        kept = keep_site_report(site, month, edition=Edition(schedule.edition), language=schedule.language)
        deliver_to_schedule(kept, schedule)


@outbox.handler("kpi.issue_company_report", atomic=False)
def issue_company(payload: dict[str, Any], item: OutboxItem) -> None:
    """Make and send the report of all sites of a company; bears being repeated."""
    company = Company.objects.filter(pk=payload["id"]).first()
    month = Month.parse(payload["month"])
    if company is None or month is None:
        return
    for schedule in _schedules(company=company.pk, site=None):
        edition = Edition(schedule.edition)
        kept = keep_company_report(company, month, edition=edition, language=schedule.language)
        deliver_to_schedule(kept, schedule)


def _schedules(**where: Any) -> Iterator[ReportSchedule]:
    yield from ReportSchedule.objects.filter(is_active=True, **where).order_by("pk")
