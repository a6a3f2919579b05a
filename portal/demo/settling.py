"""What managers did with the figures of the first site: targets approved and waiting, a month closed."""

from datetime import datetime, timedelta

from core.clock import set_to
from core.recurrence import begin_of
from kpi.models import Edition, ReportSchedule, Sending, Target
from kpi.selectors.periods import Month
from kpi.services.closing import checklist, close_month
from kpi.services.scheduling import save_schedule
from kpi.services.targeting import approve_target, propose_target
from organization.models import Person, Role
from portal.demo.world import Place

DAY = timedelta(days=1)
#: So long ago a target was agreed on, for the months after.
AGREED = timedelta(days=75)
#: Completion of rounds the site is held to, more than the catalogue asks for.
ROUNDS = 0.99
#: Minutes until somebody is on the scene, which waits for the manager's word.
ARRIVAL = 4.0

WHY = {
    "zh-hans": ("合同附件承诺的巡逻完成率。", "夜班已增加一名机动岗，可以更快到场。"),
    "zh-hant": ("合約附件承諾的巡邏完成率。", "夜更已增加一名機動崗，可以更快到場。"),
    "en": ("Promised in the annex of the contract.", "The night shift has one more guard now."),
}

#: Names of the schedules of reports: for the leaders of the site, and for the owners' committee.
SENT = {
    "zh-hans": ("项目管理层月报（含记录附表）", "业主委员会和居委会月报"),
    "zh-hant": ("項目管理層月報（含記錄附表）", "業主委員會月報"),
    "en": ("Report for the site's leaders", "Report for the owners' committee"),
}


def settle(place: Place, first: datetime, moment: datetime) -> None:
    """Agree on targets, and close the month before last if the demo has all of it; nothing when that was done before."""
    site, supervisor, manager = (
        place.site,
        place.first_with(Role.SUPERVISOR),
        place.first_with(Role.PROJECT_MANAGER),
    )
    if Target.objects.filter(site=site).exists():
        return
    _send_reports(place, manager)
    agreed, asked = WHY[site.language]
    with set_to(max(first + DAY, moment - AGREED)):
        month = Month.current(site).next
        target = propose_target(
            user=supervisor, owner=site, indicator="K09", value=ROUNDS, month=month, reason=agreed
        )
        approve_target(user=manager, target_id=target.pk)
    with set_to(moment):
        month = Month.current(site)
        propose_target(
            user=supervisor, owner=site, indicator="K23", value=ARRIVAL, month=month.next, reason=asked
        )
        closed = month.back(2)
        is_ready = all(point.is_ok for point in checklist(site, closed) if point.must)
        if is_ready and begin_of(closed.first, site.zone_info) > first:
            close_month(user=manager, site=site, month=closed)


def _send_reports(place: Place, manager: Person) -> None:
    """To whom the month's report goes: the leaders with the workbook, the owners' committee the edition without names."""
    leaders, committee = SENT[place.site.language]
    company = place.site.company
    supervisor = place.first_with(Role.SUPERVISOR)
    save_schedule(
        user=manager,
        schedule=ReportSchedule(company=company, site=place.site, name=leaders, with_xlsx=True),
        people=[manager, supervisor],
    )
    save_schedule(
        user=manager,
        schedule=ReportSchedule(
            company=company,
            site=place.site,
            name=committee,
            edition=Edition.OWNERS,
            addresses=["yeweihui@example.org", "juwei@example.org"],
            sending=Sending.LINK,
        ),
        people=[],
    )
