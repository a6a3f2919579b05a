"""Action items and requests between departments at the first site, in every state they can have."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from collaboration.models import ActionItem, CollaborationRequest
from collaboration.services import extending, handling, requesting
from collaboration.services.adding import add_action
from collaboration.services.reminding import remind
from collaboration.services.requesting import submit_request
from core.clock import set_to
from incidents.models import Case
from organization.models import Department, Person, Role
from portal.demo.chance import identifier
from portal.demo.world import Place

#: The oldest item was given this many days ago; a shorter history is lived through faster.
SPAN = 62


@dataclass(frozen=True, slots=True)
class ItemSpec:
    """An action item: given and due so many days from now; what becomes of it, and in which words."""

    title: str
    kind: str
    owner: Role
    given: float
    due: float
    becomes: str = "open"
    text: str = ""
    verified: str = ""
    rating: tuple[int, int] | None = None
    from_case: bool = False


ITEMS = (
    ItemSpec("更换 3 号楼消防通道闭门器", "corrective", Role.FACILITY_ENGINEER, -60, -46, "effective",
             "闭门器已更换三只，门扇可自行关闭。", "逐扇试关，均能闭合到位。", (4, 2), from_case=True),
    ItemSpec("地下车库增设两处限速标识", "preventive", Role.FACILITY_ENGINEER, -52, -38, "ineffective",
             "标识已安装在坡道上下两端。", "现场查看，标识清晰。", (3, 2)),
    ItemSpec("修订夜班交接班记录表", "improvement", Role.SUPERVISOR, -40, -30, "verified",
             "新表已启用，增加钥匙与对讲机清点栏。", "抽查一周记录，填写齐全。", (3, 1)),
    ItemSpec("月度例会决议：每季度开展一次电动车充电专项检查", "decision", Role.FIRE_SAFETY_MANAGER, -30, -12, "verified",
             "首次专项检查已完成，发现并劝离入楼充电两起。", "检查记录与照片齐全。"),
    ItemSpec("补齐北门岗防刺背心", "corrective", Role.SHIFT_LEADER, -20, -8, "verified",
             "补发两件，已登记领用。", "现场核对，数量相符。", (4, 1)),
    ItemSpec("更换 B1 层两盏应急照明灯", "corrective", Role.FACILITY_ENGINEER, -12, -2, "done",
             "两盏均已更换，断电试验 90 分钟正常。", rating=(4, 1), from_case=True),
    ItemSpec("访客登记处加装隐私挡板", "improvement", Role.FACILITY_ENGINEER, -10, 1.5, "done",
             "挡板已安装。", rating=(2, 2)),
    ItemSpec("清理 5 号楼天台杂物并张贴提示", "corrective", Role.SHIFT_LEADER, -9, -4, "open", rating=(4, 2)),
    ItemSpec("消防水泵房门锁改为内开外锁", "corrective", Role.FACILITY_ENGINEER, -6, 0.6, "asked",
             "锁具定制，供应商月底到货。", rating=(5, 3)),
    ItemSpec("周界红外对射重新校准", "preventive", Role.FACILITY_ENGINEER, -5, 6, "returned",
             "已校准西侧四组。", "东侧两组仍误报，请一并处理。", (4, 3)),
    ItemSpec("组织一次夜间紧急集合演练", "decision", Role.SUPERVISOR, -3, 9, "open", rating=(3, 3)),
    ItemSpec("岗亭安装遮阳棚", "improvement", Role.FACILITY_ENGINEER, -15, -5, "cancelled",
             "与园区外立面改造合并实施，另行立项。", rating=(2, 4)),
)  # fmt: skip


def work_together(place: Place, first: datetime, moment: datetime) -> None:
    """Make them between `first` and `moment`, each step at its time; nothing when there are some already."""
    if ActionItem.objects.filter(site=place.site).exists():
        return
    unit = min(timedelta(days=1), (moment - first) / SPAN)
    cases = list(Case.objects.filter(site=place.site, kind="hazard").order_by("reported_at")[:2])
    for spec in ITEMS:
        case = cases.pop() if spec.from_case and cases else None
        _item(place, spec, moment, unit, case)
    _requests(place, moment, unit)
    with set_to(moment):
        remind()


def _item(place: Place, spec: ItemSpec, moment: datetime, unit: timedelta, case: Case | None) -> None:
    """One item: given, and what becomes of it."""
    leader, owner = place.first_with(Role.PROJECT_MANAGER), place.first_with(spec.owner)
    given, due = moment + unit * spec.given, moment + unit * spec.due
    effect, effort = spec.rating or (None, None)
    with set_to(given):
        item = add_action(
            user=leader,
            operation_id=identifier(given, "action", spec.title),
            site=place.site,
            title=spec.title,
            kind=spec.kind,
            owner=owner,
            due_at=due,
            impact=effect,
            effort=effort,
            source=case,
        ).action
    version = 1

    def at(share: float, step: Callable[..., object], user: Person, **words: object) -> None:
        """Take a step after a share of the time between the giving and the due time, or now."""
        nonlocal version
        with set_to(given + (min(due, moment) - given) * share):
            step(user=user, action_id=item.pk, version=version, **words)
        version += 1

    match spec.becomes:
        case "cancelled":
            at(0.6, handling.cancel_action, leader, reason=spec.text)
        case "asked":
            at(0.7, extending.ask_extension, owner, reason=spec.text, until=due + 7 * unit)
        case "done" | "returned" | "verified" | "effective" | "ineffective":
            at(0.7, handling.report_done, owner, what_was_done=spec.text)
    match spec.becomes:
        case "returned":
            at(0.9, handling.return_action, leader, reason=spec.verified)
        case "verified" | "effective" | "ineffective":
            at(0.9, handling.verify_action, leader, note=spec.verified)
    words = {"effective": "此后未再发现同类隐患。", "ineffective": "超速投诉未减少，拟加装减速带。"}
    if spec.becomes in words:
        judgement = "effective" if spec.becomes == "effective" else "not_effective"
        at(1.0, handling.judge_effectiveness, leader, effectiveness=judgement, note=words[spec.becomes])


@dataclass(frozen=True, slots=True)
class AskedSpec:
    """A request: asked so many days ago, due after so many, and the steps taken with their words."""

    title: str
    kind: str
    urgency: str
    asked: float
    due: float
    steps: tuple[tuple[str, str], ...] = ()
    party: str = ""


ASKED = (
    AskedSpec("2 号楼西侧楼梯间照明不亮，请抢修", "repair", "high", -6, 1, (
        ("accept", "已安排今日上门"), ("start", ""), ("deliver", "更换灯管四支、触发器一只"), ("confirm", "照明正常"))),
    AskedSpec("北门道闸抬杆缓慢，请检修", "repair", "normal", -2, 3, (("accept", ""), ("start", ""))),
    AskedSpec("协助核对消防维保合同范围", "information", "low", -4, 3, (("decline", "合同由采购部保管，请改发采购部"),)),
    AskedSpec("请电梯维保单位提供本月困人演练配合人员", "manpower", "normal", -0.1, 5, party="安捷电梯维保公司"),
)  # fmt: skip


def _requests(place: Place, moment: datetime, unit: timedelta) -> None:
    """What the site's order maintenance asks of engineering, and of somebody outside."""
    own = Department.objects.filter(site=place.site).order_by("pk").first()
    engineering = Department.objects.filter(company=place.site.company, site=None).order_by("pk").first()
    if own is None or engineering is None or engineering.head is None:
        return
    leader, fitter = place.first_with(Role.SHIFT_LEADER), engineering.head
    for spec in ASKED:
        asked = moment + unit * spec.asked
        with set_to(asked):
            row = submit_request(
                user=leader,
                operation_id=identifier(asked, "request", spec.title),
                site=place.site,
                title=spec.title,
                kind=spec.kind,
                urgency=spec.urgency,
                from_department=own,
                to_department=None if spec.party else engineering,
                to_party=spec.party,
                due_at=asked + unit * spec.due,
            ).request
        for number, (step, words) in enumerate(spec.steps, start=1):
            with set_to(asked + unit * spec.due * number / 10):
                _step(row, step, words, number, leader if step == "confirm" else fitter)


def _step(row: CollaborationRequest, step: str, words: str, version: int, user: Person) -> None:
    """One step of a request."""
    given: dict[str, Any] = {"user": user, "request_id": row.pk, "version": version}
    match step:
        case "accept":
            requesting.accept_request(**given, note=words)
        case "decline":
            requesting.decline_request(**given, reason=words)
        case "start":
            requesting.start_request(**given)
        case "deliver":
            requesting.deliver_request(**given, delivery=words)
        case _:
            requesting.confirm_request(**given, note=words)
