"""The whole life of each kind of case, in Chinese, as every person in it: guards by phone, leaders at desks and phones."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from core.clock import local, now
from incidents.models import Case, CaseKind
from tests.browser.people import People, said
from tests.conftest import Cast
from tests.faults.faultproxy import FaultProxy
from tests.organization.factories import PASSWORD
from tests.portal.phone_world import Phone, eventually

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(240),
]
KINDS = {
    CaseKind.INCIDENT: "突发事件",
    CaseKind.VIOLATION: "违规",
    CaseKind.HAZARD: "隐患",
    CaseKind.COMPLAINT: "投诉",
}


@pytest.fixture
def people(desk: Browser, joined: int) -> People:
    """Everybody's browsers."""
    return People(desk, joined)


def reported(device: Phone, line: FaultProxy, cast: Cast, kind: CaseKind, text: str) -> Case:
    """A guard reports it from the phone: report, kind, save; the words are a bonus."""
    page = device.start()
    page.goto(f"{line.url}/m/zh-hans/")
    page.fill("#identifier", cast.guard.username)
    page.fill("#password", PASSWORD)
    page.click("footer .go")
    page.click("footer a[href='#/report']")
    page.locator(".tiles .option", has_text=KINDS[kind]).click()
    page.fill("#text", text)
    page.click("footer .go")
    page.wait_for_selector(".state-card")
    eventually(Case.objects.filter(kind=kind).exists, page=page)
    return Case.objects.get(kind=kind)


def wall(case: Case, after: timedelta) -> str:
    """A moment from now as the fields take it."""
    return local(now() + after, case.site.zone_info).strftime("%Y-%m-%dT%H:%M")


@pytest.mark.requirement("R002", "R078", "R087")
def test_a_fire_from_the_guards_report_to_its_closing(
    line: FaultProxy, device: Phone, people: People, cast: Cast
) -> None:
    case = reported(device, line, cast, CaseKind.INCIDENT, "车库配电箱起火\nB07 车位旁配电箱冒烟，有明火。")
    assert (case.category, case.priority) == ("002", "P1")
    assert "启动预案" in people.offers(cast.supervisor, case)
    assert people.offers(cast.facility_engineer, case) == []
    page = people.act(cast.shift_leader, case, "已拨打 119（火警）", on_phone=True)
    expect(page.locator(".timeline")).to_contain_text("已拨打 119")
    page = people.take(
        cast.supervisor, case, "启动预案", category="002", facts__level="3", note="启动车库火灾预案"
    )
    people.act(cast.supervisor, case, "开始疏散")
    people.take(cast.supervisor, case, "派人处置", assigned_to=str(cast.shift_leader.pk))
    people.act(cast.shift_leader, case, "我方人员到场", on_phone=True)
    people.act(cast.supervisor, case, "已发放物资", note="灭火器四具、警戒带一卷")
    people.take(cast.shift_leader, case, "已控制", on_phone=True, note="明火已灭")
    people.take(cast.fire_safety_manager, case, "转入恢复", facts__recovery="清理现场，更换配电箱")
    people.take(cast.supervisor, case, "转入总结评估", resolution="配电箱已更换，恢复供电")
    assert people.offers(cast.shift_leader, case) == []
    page = people.page(cast.project_manager)
    page.goto(f"/cases/{case.pk}/")
    page.locator(".case-path").get_by_role("link", name="关闭", exact=True).click()
    page.locator("main form.form .form-buttons button[type=submit]").first.click()
    expect(page.locator(".invalid-feedback, .problem, .alert").first).to_be_visible()  # the cause is demanded
    page.fill("[name=cause]", "接线端子松动发热")
    page.fill("[name=no_action_reason]", "已更换，无需另立措施")
    page.locator("main form.form .form-buttons button[type=submit]").first.click()
    expect(page.locator(".subtitle .badge").first).to_have_text("已关闭")
    said(
        page,
        ["已拨打 119", "启动预案", "开始疏散", "派人处置", "我方人员到场", "灭火器四具", "明火已灭", "关闭"],
    )
    expect(page.get_by_text("必须提交")).to_be_visible()  # every fire is analysed (R088)
    case.refresh_from_db()
    assert case.analysis.is_demanded
    assert case.analysis.due_at is not None
    assert people.complaints.found == []


@pytest.mark.requirement("R022")
def test_a_violation_through_its_seven_steps(
    line: FaultProxy, device: Phone, people: People, cast: Cast
) -> None:
    case = reported(device, line, cast, CaseKind.VIOLATION, "飞线充电\n10 栋 301 从窗口垂线给电动车充电。")
    assert case.category == "ebike"
    people.act(cast.shift_leader, case, "已劝阻", on_phone=True, note="业主表示下班后推走")
    people.take(
        cast.shift_leader, case, "报告上级", on_phone=True,
        facts__offender="resident", facts__offender_name="10 栋 301", facts__severity="ordinary",
        facts__facts="插线板自三楼垂至地面", facts__evidence="照片两张、监控录像", facts__proposal="书面告知并复查",
    )  # fmt: skip
    people.act(cast.shift_leader, case, "已书面告知", note="告知书已送达签收")
    assert "批准并制定整改计划" not in people.offers(cast.shift_leader, case)
    people.take(
        cast.project_manager, case, "批准并制定整改计划",
        facts__plan="三日内移至充电区", assigned_to=str(cast.shift_leader.pk), due_at=wall(case, timedelta(days=3)),
    )  # fmt: skip
    people.take(cast.shift_leader, case, "开始整改", on_phone=True)
    people.take(cast.shift_leader, case, "已整改", on_phone=True, resolution="车辆已移至充电区，插线板已收回")
    people.take(cast.supervisor, case, "复查确认已解决", facts__reinspection="现场复查属实")
    page = people.page(cast.supervisor)
    page.goto(f"/cases/{case.pk}/")
    page.locator(".case-path").get_by_role("link", name="确定责任追究", exact=True).click()
    page.locator("[name=facts__sanction]").select_option("warning")
    page.locator("main form.form .form-buttons button[type=submit]").first.click()
    expect(page.locator("main")).to_contain_text(
        "物业企业无权处罚业主"
    )  # a company cannot sanction residents (※9)
    page.locator("[name=facts__sanction]").select_option("none")
    page.locator("main form.form .form-buttons button[type=submit]").first.click()
    people.take(cast.supervisor, case, "关闭", lessons="在楼栋增设充电提示", no_action_reason="已整改到位")
    assert people.state(cast.project_manager, case) == "已关闭"
    said(
        people.page(cast.project_manager),
        ["已劝阻", "报告上级", "已书面告知", "批准并制定整改计划", "已整改", "复查确认", "关闭"],
    )
    assert people.complaints.found == []


@pytest.mark.requirement("R004")
def test_a_fire_hazard_until_the_fire_safety_manager_signs(
    line: FaultProxy, device: Phone, people: People, cast: Cast
) -> None:
    case = reported(device, line, cast, CaseKind.HAZARD, "防火门闭门器失效\n2 栋 18 层常闭防火门不能自闭。")
    people.act(
        cast.shift_leader, case, "已采取防护", on_phone=True, facts__interim_protection="专人看护，挂警示牌"
    )
    people.take(
        cast.facility_engineer, case, "定级",
        facts__grade="major", facts__is_fire="yes", facts__deadline="month", facts__interim_protection="专人看护",
    )  # fmt: skip
    people.take(
        cast.supervisor, case, "制定整改计划",
        facts__measure="更换闭门器与密封条", assigned_to=str(cast.facility_engineer.pk),
        due_at=wall(case, timedelta(days=10)), facts__goal="十日内恢复自闭功能", facts__funds="1800",
    )  # fmt: skip
    people.take(cast.facility_engineer, case, "开始整改", on_phone=True)
    people.take(cast.facility_engineer, case, "已整改", on_phone=True, resolution="已更换，连续开关十次正常")
    page = people.page(cast.facility_engineer)
    page.goto(f"/cases/{case.pk}/")
    if page.locator(".case-path").get_by_role("link", name="复查合格", exact=True).count():
        page.locator(".case-path").get_by_role("link", name="复查合格", exact=True).click()
        page.fill("[name=facts__verification]", "自查")
        page.locator("main form.form .form-buttons button[type=submit]").first.click()
        expect(page.locator("main")).to_contain_text("须由他人办理")  # who verifies did not do it
    people.take(cast.shift_leader, case, "复查合格", on_phone=True, facts__verification="现场复查，闭合到位")
    assert "签字销案" not in people.offers(cast.supervisor, case)
    people.take(cast.fire_safety_manager, case, "签字销案", no_action_reason="已整改到位")
    assert people.state(cast.supervisor, case) == "已关闭"
    case.refresh_from_db()
    assert case.hazard.signed_by == cast.fire_safety_manager
    assert people.complaints.found == []


@pytest.mark.requirement("R003")
def test_a_dispute_is_mediated_and_answered(
    line: FaultProxy, device: Phone, people: People, cast: Cast
) -> None:
    case = reported(device, line, cast, CaseKind.COMPLAINT, "上下楼漏水纠纷\n802 称 902 漏水损坏吊顶。")
    people.take(cast.shift_leader, case, "受理", on_phone=True, facts__is_dispute="yes", subcategory="005.09")
    people.take(cast.supervisor, case, "开始调查", assigned_to=str(cast.shift_leader.pk))
    people.act(cast.shift_leader, case, "与住户面谈", on_phone=True, note="双方同意到服务中心协商")
    people.take(cast.supervisor, case, "转入调解", facts__parties="8 栋 802、8 栋 902")
    people.take(
        cast.supervisor, case, "登记调解结果",
        facts__mediation="902 承担维修费用，一周内完成防水", facts__reply="双方已签署调解书",
    )  # fmt: skip
    people.take(cast.project_manager, case, "住户意见", facts__answer="satisfied")
    assert people.state(cast.supervisor, case) == "已关闭"
    said(
        people.page(cast.supervisor),
        ["受理", "开始调查", "与住户面谈", "转入调解", "登记调解结果", "住户意见"],
    )
    assert people.complaints.found == []
