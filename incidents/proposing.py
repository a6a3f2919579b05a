"""What words of a report say about its kind, category and priority, for the desk to accept or overrule."""

from dataclasses import asdict, dataclass
from typing import Any

from incidents.models import CaseKind, Priority


@dataclass(frozen=True, slots=True)
class Proposal:
    """Words, any of which proposes the rest. Earlier proposals win over later ones."""

    words: tuple[str, ...]
    kind: str
    category: str
    subcategory: str
    priority: str


PROPOSALS = (
    Proposal(("火警误报", "火警誤報", "烟感误报", "煙感誤報", "false fire alarm"), CaseKind.INCIDENT, "002", "002.05", Priority.P2),
    Proposal(("困人", "被困", "trapped", "stuck in the lift", "stuck in lift"), CaseKind.INCIDENT, "001", "001.06", Priority.P1),
    Proposal(("燃气", "煤气", "燃氣", "煤氣", "gas leak", "smell of gas"), CaseKind.INCIDENT, "003", "003.04", Priority.P1),
    Proposal(("电动车起火", "電動車起火", "自燃", "e-bike on fire"), CaseKind.INCIDENT, "002", "002.04", Priority.P1),
    Proposal(("火灾", "火災", "火警", "起火", "着火", "著火", "冒烟", "冒煙", "on fire", "smoke", "fire!"), CaseKind.INCIDENT, "002", "", Priority.P1),
    Proposal(("跳楼", "跳樓", "轻生", "輕生", "suicide"), CaseKind.INCIDENT, "001", "001.05", Priority.P1),
    Proposal(("打架", "斗殴", "鬥毆", "持刀", "fight", "knife", "assault"), CaseKind.INCIDENT, "001", "001.01", Priority.P1),
    Proposal(("晕倒", "暈倒", "昏迷", "受伤", "受傷", "unconscious", "collapsed", "injured"), CaseKind.INCIDENT, "001", "001.02", Priority.P1),
    Proposal(("溺水", "坠落", "墜落", "drowning"), CaseKind.INCIDENT, "001", "001.04", Priority.P1),
    Proposal(("走失", "失踪", "失蹤", "missing child", "missing person"), CaseKind.INCIDENT, "001", "001.03", Priority.P1),
    Proposal(("高空抛物", "高空拋物", "thrown from", "fell from"), CaseKind.INCIDENT, "001", "001.07", Priority.P1),
    Proposal(("被盗", "被盜", "入室", "盗窃", "盜竊", "burglary", "stolen"), CaseKind.INCIDENT, "004", "004.01", Priority.P2),
    Proposal(("爆管", "停水", "burst pipe", "no water"), CaseKind.INCIDENT, "003", "003.03", Priority.P2),
    Proposal(("停电", "停電", "跳闸", "跳閘", "power cut", "no power"), CaseKind.INCIDENT, "003", "003.02", Priority.P2),
    Proposal(("水浸", "倒灌", "flooded", "flooding"), CaseKind.INCIDENT, "004", "004.04", Priority.P2),
    Proposal(("红外对射", "紅外線對射", "周界报警", "周界報警", "perimeter alarm"), CaseKind.INCIDENT, "003", "003.06", Priority.P3),
    Proposal(("可疑", "suspicious"), CaseKind.INCIDENT, "006", "006.03", Priority.P2),
    Proposal(("堵塞消防", "占用消防", "佔用消防", "消防通道", "fire lane"), CaseKind.VIOLATION, "fire_lane", "", Priority.P2),
    Proposal(("电动车进楼", "電動車進樓", "飞线充电", "飛線充電", "电动车充电", "e-bike inside", "e-bike charging"), CaseKind.VIOLATION, "ebike", "", Priority.P2),
    Proposal(("乱停", "亂停", "违停", "違停", "parked badly", "parking violation"), CaseKind.VIOLATION, "parking", "", Priority.P3),
    Proposal(("灭火器", "滅火器", "消火栓", "extinguisher", "hydrant"), CaseKind.HAZARD, "fire_equipment", "", Priority.P2),
    Proposal(("裸露电线", "漏电", "漏電", "bare wire"), CaseKind.HAZARD, "electric", "", Priority.P2),
    Proposal(("脱落", "松动", "剝落", "falling off", "loose tile"), CaseKind.HAZARD, "structure", "", Priority.P2),
    Proposal(("噪音", "扰民", "擾民", "noise"), CaseKind.COMPLAINT, "005", "005.02", Priority.P3),
    Proposal(("投诉", "投訴", "complain"), CaseKind.COMPLAINT, "005", "", Priority.P3),
    Proposal(("漏水", "渗水", "滲水", "下水道", "leak", "blocked drain"), CaseKind.SERVICE_REQUEST, "water", "", Priority.P3),
    Proposal(("灯不亮", "燈不亮", "light is out", "lamp"), CaseKind.SERVICE_REQUEST, "power", "", Priority.P3),
    Proposal(("门禁", "門禁", "门锁", "門鎖", "door", "lock"), CaseKind.SERVICE_REQUEST, "door", "", Priority.P3),
    Proposal(("遗失", "遺失", "失物", "lost"), CaseKind.SERVICE_REQUEST, "lost", "", Priority.P3),
)  # fmt: skip


def proposed(text: str) -> Proposal | None:
    """The first proposal one of whose words stands in the text."""
    lower = text.lower()
    return next((one for one in PROPOSALS if any(word in lower for word in one.words)), None)


def proposed_for(kind: str, text: str) -> Proposal | None:
    """The first proposal for a kind somebody has chosen: what they said of the kind is not asked again."""
    lower = text.lower()
    return next(
        (one for one in PROPOSALS if one.kind == kind and any(word in lower for word in one.words)), None
    )


def as_json() -> list[dict[str, Any]]:
    """For the page, which proposes while somebody types."""
    return [asdict(one) for one in PROPOSALS]
