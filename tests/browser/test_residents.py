"""A resident with a small phone, in Chinese, with scripts and without: from the code in the lift to five stars."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from core.models import Attachment
from incidents.links import point_url
from incidents.models import Case, CaseStatus
from incidents.services.intake_points import add_point
from organization.models import Site
from tests.browser import DESK, PHONE, Complaints, axe, sign_in, too_wide
from tests.conftest import Cast
from tests.core.pictures import jpeg_with_everything

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(240),
    pytest.mark.requirement("R027"),
    pytest.mark.requirement("R095"),
]


@pytest.fixture
def supervisor(desk: Browser, joined: int, cast: Cast) -> Page:
    """The supervisor's browser, in Chinese."""
    base = f"http://localhost:{joined}"
    page = desk.new_context(viewport=DESK, base_url=base, locale="zh-CN").new_page()
    sign_in(page, Client(), cast.supervisor, base)
    return page


def seems_well(page: Page, *, scripts: bool) -> None:
    """Fits 360 px, and axe (which is a script) finds nothing."""
    if scripts:
        assert too_wide(page) == []
        assert axe(page) == []


def step(page: Page, name: str, **fields: str) -> None:
    """The supervisor takes a step by its button."""
    page.get_by_role("link", name=name, exact=True).click()
    for field, text in fields.items():
        page.fill(f"[name={field}]", text)
    page.locator("form.form button[type=submit]").click()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_from_the_code_in_the_lift_to_five_stars(
    desk: Browser, joined: int, supervisor: Page, cast: Cast, site: Site, tmp_path: Path, scripts: bool
) -> None:
    point = add_point(user=cast.supervisor, site=site, place="3 栋 2 单元电梯")
    photo = tmp_path / "light.jpg"
    photo.write_bytes(jpeg_with_everything())
    base = f"http://localhost:{joined}"
    settings: dict[str, Any] = {"viewport": PHONE, "base_url": base, "locale": "zh-CN"}
    phone = desk.new_context(**settings, java_script_enabled=scripts).new_page()
    complaints = Complaints()
    complaints.watch(supervisor)

    # The address in the code; what the phone's camera would open.
    phone.goto(urlsplit(point_url(point)).path)
    seems_well(phone, scripts=scripts)
    phone.get_by_role("link", name="东西坏了").click()
    expect(phone.locator("[name=place]")).to_have_value("3 栋 2 单元电梯")
    seems_well(phone, scripts=scripts)
    phone.locator("[name=photos]").last.set_input_files(photo)
    phone.fill("[name=name]", "李女士")
    phone.get_by_role("button", name="提交").click()

    # Nothing written yet: said beside the field, the photo is kept.
    expect(phone.locator(".field.wrong")).to_have_count(1)
    expect(phone.locator("[name=name]")).to_have_value("李女士")
    expect(phone.locator(".thumbs img")).to_have_count(1)
    phone.fill("[name=text]", "电梯里的灯不亮")
    phone.get_by_role("button", name="提交").click()
    expect(phone.locator("main")).to_contain_text("谢谢，已收到")
    expect(phone.locator(".gallery img")).to_have_count(1)
    seems_well(phone, scripts=scripts)
    case = Case.objects.get()
    assert (case.title, case.reporter_name, case.kind) == ("电梯里的灯不亮", "李女士", "service_request")
    assert Attachment.objects.get().blob.is_stored
    page_of_case = phone.url.partition("?")[0]

    supervisor.goto(f"/cases/{case.pk}/")
    expect(supervisor.locator("main")).to_contain_text("李女士")
    step(supervisor, "受理")
    step(supervisor, "完成", resolution="更换了灯管")

    phone.goto(page_of_case)
    expect(phone.locator("main")).to_contain_text("更换了灯管")
    phone.locator("summary", has_text="没有，还没解决").click()
    phone.locator("details[open] form", has=phone.get_by_role("button", name="没有，还没解决")).locator(
        "textarea"
    ).fill("还是不亮")
    phone.get_by_role("button", name="没有，还没解决").click()
    expect(phone.locator(".where")).to_contain_text("正在处理")

    supervisor.goto(f"/cases/{case.pk}/")
    expect(supervisor.locator("main")).to_contain_text("还是不亮")
    step(supervisor, "完成", resolution="更换了镇流器")

    phone.goto(page_of_case)
    phone.get_by_role("button", name="是的，解决了").click()
    expect(phone.locator(".where")).to_contain_text("已办结")
    phone.get_by_text("5 分 非常满意").click()
    phone.get_by_role("button", name="提交评价").click()
    expect(phone.locator(".facts").first).to_contain_text("5 / 5")
    seems_well(phone, scripts=scripts)

    case.refresh_from_db()
    assert (case.status, case.reopened_count, case.request.rating) == (CaseStatus.CLOSED, 1, 5)
    supervisor.goto(f"/cases/{case.pk}/")
    expect(supervisor.locator("main")).to_contain_text("5 / 5")
    supervisor.goto("/cases/?rating=high")
    expect(supervisor.locator("main")).to_contain_text(case.number)
    assert complaints.found == []
