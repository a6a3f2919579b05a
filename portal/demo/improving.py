"""Improvement measures at the first site, at every stage, checked by what its records say."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from collaboration.services import adding, handling
from core.clock import local, set_to
from kpi.models import Improvement, Verdict
from kpi.services.improving import confirming, proposing, stepping
from kpi.services.improving.proposing import Draft
from kpi.services.improving.reminding import remind
from organization.access import people_holding
from organization.models import Role
from portal.demo.chance import identifier
from portal.demo.world import Place

#: The demo needs so many days behind it for the windows of the checked measures.
NEEDED = 85


@dataclass(frozen=True, slots=True)
class Task:
    """An action item of a measure: due so many days from now, done, verified."""

    title: str
    owner: Role
    due: float
    is_done: bool = False
    is_verified: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """A measure: when it was proposed, begun, done, checked (days from now), and what was said of it."""

    title: str
    problem: str
    measure: str
    owner: Role = Role.SUPERVISOR
    indicator: str = ""
    target: float | None = None
    rating: tuple[int, int] = (3, 3)
    severity: int = 2
    origin: str = "indicator"
    said_by: str = ""
    said: str = ""
    proposed: float = -5
    due: float = 20
    begun: float | None = None
    done: float | None = None
    what_was_done: str = ""
    checked: float | None = None
    verdict: str = ""
    conclusion: str = ""
    standard: str = ""
    next_measure: str = ""
    cancelled: str = ""
    costs: tuple[int, int] | None = None
    tasks: tuple[Task, ...] = field(default_factory=tuple)


MEASURES = (
    Spec(
        title="智能巡逻系统部署：巡更点二维码与路线优化", indicator="K10", target=0.98, rating=(5, 3), severity=3,
        problem="纸质巡更棒无法核对到点时间，夜班漏检多发生在地下车库与天台。",
        measure="全部巡更点张贴防伪二维码；夜班路线缩短为两段，中途增加一次换岗；班长每日查看漏检清单。",
        proposed=-66, begun=-56, due=-42, done=-44, what_was_done="二维码全部张贴并核对，新路线已下发，班长日查已执行。",
        checked=-14, conclusion="同期新增一名夜班队员，也可能有影响；车库照明改造尚未开始。",
        standard="《巡逻作业指导书》第 3 版：夜班分段路线与漏检日查。", next_measure="地下车库增设两处巡更点提示灯，并调整换岗时间。",
        tasks=(
            Task("张贴并核对全部巡更点二维码", Role.SHIFT_LEADER, -50, is_done=True, is_verified=True),
            Task("修订夜班巡逻路线并培训", Role.SUPERVISOR, -46, is_done=True, is_verified=True),
        ),
    ),
    Spec(
        title="值班记录电子化上线", rating=(4, 2), origin="meeting", said="月度例会决议：取消纸质值班簿，改用平板登记。",
        problem="纸质值班簿字迹难辨，查一条记录平均要十分钟，每月装订保管费工。",
        measure="门岗与监控中心改用平板登记交接班与来访，班长每班签收。", owner=Role.SHIFT_LEADER,
        proposed=-70, begun=-62, due=-48, done=-50, what_was_done="三处岗位已启用平板登记，纸质簿停用。", costs=(5200, 3900),
        checked=-18, verdict="effective", conclusion="抽查三周记录齐全，查找一条记录不到一分钟；每月节省约 40 个工时。",
        standard="《值班与交接班管理规定》2026 年修订版第 4 条。",
    ),
    Spec(
        title="缩短紧急报修响应时间", indicator="K01", target=10, rating=(5, 2), severity=3,
        problem="夜间紧急报修由门岗转述，班长到场前平均多耗数分钟。", measure="报修直接派给最近的巡逻队员，班长同步知悉。",
        proposed=-60, begun=-54, due=-40, done=-38, what_was_done="派单规则已调整，全员演练一次。",
        checked=-8, conclusion="紧急报修本来就少，两个时段都不足五件，暂看不出变化；继续观察。",
        tasks=(Task("调整夜班派单规则并演练", Role.SHIFT_LEADER, -42, is_done=True, is_verified=True),),
    ),
    Spec(
        title="楼道杂物清理与回访", indicator="K14", target=0.95, rating=(4, 3), owner=Role.SHIFT_LEADER, origin="audit",
        said="月度防火检查：5、7 号楼楼道反复堆物。", problem="楼道堆物整改后一周内复发，居民投诉。",
        measure="整改后第三日、第七日各回访一次，屡劝不改的报社区。", proposed=-40, begun=-33, due=-8, done=-9,
        what_was_done="回访表已启用，两栋楼已回访两轮。",
        tasks=(Task("制定楼道回访表", Role.SHIFT_LEADER, -20, is_done=True),),
    ),
    Spec(
        title="整改措施到期前提醒与周例会跟进", indicator="K47", target=0.9, rating=(3, 2), owner=Role.PROJECT_MANAGER,
        problem="整改措施常在到期后才补办。", measure="到期前三日由系统提醒，周例会逐项过未完成项。", proposed=-50, begun=-46, due=-30, done=-31,
        what_was_done="提醒已启用，周例会议程已加入跟进项。",
    ),
    Spec(
        title="夜班巡逻完成率提升", indicator="K09", target=0.98, rating=(4, 2), severity=3, proposed=-16, begun=-9, due=12,
        problem="凌晨 2 至 4 点的巡逻常因门岗替岗而缺班。", measure="门岗替岗由机动岗承担，巡逻岗不得抽调。",
        tasks=(
            Task("修订替岗规定", Role.SUPERVISOR, -3, is_done=True, is_verified=True),
            Task("夜班机动岗排班", Role.SHIFT_LEADER, 5),
            Task("两周执行情况抽查", Role.SUPERVISOR, 11),
        ),
    ),
    Spec(
        title="报警误报治理：西侧周界探头校准", indicator="K07", target=0.3, rating=(3, 3), owner=Role.FACILITY_ENGINEER,
        problem="西侧周界夜间误报多，队员疲于复核。", measure="修剪绿篱，逐组校准探头，误报多的组调整灵敏度。",
        proposed=-30, begun=-24, due=-2,
        tasks=(Task("修剪西侧绿篱", Role.FACILITY_ENGINEER, -10, is_done=True), Task("校准西侧六组探头", Role.FACILITY_ENGINEER, -2)),
    ),
    Spec(
        title="北门高峰期增设引导岗", origin="suggestion", said_by="3 号楼业主李女士", rating=(3, 4), proposed=-4, due=30,
        said="早上七点半到八点北门人车混行，能不能加一个人引导。", problem="早高峰北门人车混行，存在刮碰隐患。",
        measure="早高峰 7:30–8:15 由机动岗引导，试行一个月。",
    ),
    Spec(
        title="协作单按时办结", indicator="K50", target=0.9, rating=(2, 2), severity=1, proposed=-2, due=25, owner=Role.PROJECT_MANAGER,
        problem="跨部门协作单常在期限前一天才开始处理。", measure="每周一例会过一遍未办结协作单，到期前两日提醒责任部门。",
    ),
    Spec(
        title="岗亭加装空调", origin="suggestion", said_by="夜班队员", said="夏天岗亭太热，坐不住。", rating=(2, 5), severity=1,
        problem="夏季岗亭闷热，影响值守。", measure="四处岗亭加装空调。", proposed=-45, due=-5,
        cancelled="与园区外立面改造合并实施，另行立项。",
    ),
)  # fmt: skip


def improve(place: Place, first: datetime, moment: datetime) -> None:
    """Make them between `first` and `moment`, each step at its time; nothing when there are some already."""
    if Improvement.objects.filter(site=place.site).exists() or moment - first < timedelta(days=NEEDED):
        return
    for spec in MEASURES:
        _Life(place, spec, moment).live()
    with set_to(moment):
        remind()


class _Life:
    """One measure from its proposal as far as its spec goes."""

    def __init__(self, place: Place, spec: Spec, moment: datetime) -> None:
        self.place, self.spec, self.moment = place, spec, moment
        self.manager = place.first_with(Role.PROJECT_MANAGER)
        self.chief = people_holding((Role.COMPANY_MANAGER,), place.site).order_by("pk")[0]
        self.owner = place.first_with(spec.owner)
        self.row: Any = None

    def at(self, days: float) -> datetime:
        """So many days from now."""
        return self.moment + timedelta(days=days)

    def day(self, days: float) -> Any:
        """The same as a day of the site."""
        return local(self.at(days), self.place.site.zone_info).date()

    def take(self, days: float, service: Any, user: Any, **given: Any) -> None:
        """One step, at its time."""
        with set_to(self.at(days)):
            self.row = service(user=user, improvement_id=self.row.pk, version=self.row.version, **given)

    def live(self) -> None:
        """Every step there is."""
        spec = self.spec
        self._propose()
        for task in spec.tasks:
            self._task(task)
        if spec.cancelled:
            self.take(spec.due, stepping.cancel, self.manager, reason=spec.cancelled)
        if spec.begun is None:
            return
        self.take(spec.begun, stepping.begin, self.chief)
        if spec.done is None:
            return
        self.take(spec.done, stepping.report_done, self.owner, what_was_done=spec.what_was_done)
        if spec.checked is not None:
            self._check(spec.checked)

    def _check(self, days: float) -> None:
        spec = self.spec
        self.take(
            days, confirming.confirm_check, self.chief, conclusion=spec.conclusion, verdict=spec.verdict
        )
        if self.row.current.verdict == Verdict.NOT_EFFECTIVE and spec.next_measure:
            self.take(
                days + 1, stepping.plan_next_loop, self.manager,
                measure=spec.next_measure, starts_on=self.day(days + 3), due_on=self.day(days + 30),
            )  # fmt: skip
        elif spec.standard:
            self.take(days + 1, stepping.close, self.manager, standard=spec.standard)

    def _propose(self) -> None:
        spec, proposer = self.spec, self.place.first_with(Role.SHIFT_LEADER)
        effect, effort = spec.rating
        draft = Draft(
            title=spec.title,
            problem=spec.problem,
            measure=spec.measure,
            owner=self.owner,
            starts_on=self.day(spec.begun if spec.begun is not None else spec.proposed + 5),
            due_on=self.day(spec.due),
            impact=effect,
            effort=effort,
            severity=spec.severity,
            origin=spec.origin,
            said_by=spec.said_by,
            said=spec.said,
            indicator=spec.indicator,
            target=spec.target,
            cost_before=Decimal(spec.costs[0]) if spec.costs else None,
            cost_after=Decimal(spec.costs[1]) if spec.costs else None,
        )
        at = self.at(spec.proposed)
        with set_to(at):
            self.row = proposing.propose(
                user=proposer,
                operation_id=identifier(at, "improvement", spec.title),
                site=self.place.site,
                draft=draft,
            ).improvement

    def _task(self, task: Task) -> None:
        """An action item of the measure, done and verified a little before it is due."""
        given = self.at(self.spec.proposed + 1)
        due, owner = self.at(task.due), self.place.first_with(task.owner)
        with set_to(given):
            item = adding.add_action(
                user=self.manager,
                operation_id=identifier(given, "task", task.title),
                site=self.place.site,
                title=task.title,
                kind="improvement",
                owner=owner,
                due_at=due,
                source=self.row,
            ).action
        if task.is_done:
            with set_to(due - timedelta(days=2)):
                handling.report_done(user=owner, action_id=item.pk, version=1, what_was_done="已完成。")
        if task.is_verified:
            with set_to(due - timedelta(days=1)):
                handling.verify_action(user=self.manager, action_id=item.pk, version=2, note="现场核实。")
