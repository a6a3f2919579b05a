"""Managers connect groups and programs on pages; secrets are written and never shown."""

from typing import Any

import pytest
from django.test import Client

from core.models import OutboxItem, Robot, RobotMessage, Webhook, WebhookDelivery
from core.notifications.channels.robots import managing as robots
from core.outbox import running
from core.webhooks import managing as hooks
from organization.models import Site
from tests.conftest import Cast
from tests.core.other_side import other_side, says

pytestmark = pytest.mark.django_db

SECRET = "SEC-never-shown"
ADDRESS = "https://oapi.dingtalk.com/robot/send?access_token=tokentokentoken1"


@pytest.fixture
def manager(client: Client, cast: Cast) -> Client:
    """The company manager's browser."""
    client.force_login(cast.company_manager)
    return client


def _text(response: Any) -> str:
    return str(response.content.decode())


def test_a_group_is_connected_changed_and_neither_secret_nor_address_is_shown(
    manager: Client, site: Site
) -> None:
    given = {
        "name": "Leaders",
        "vendor": "dingtalk",
        "address": ADDRESS,
        "secret": SECRET,
        "language": "zh-hans",
    }
    assert manager.post("/robots/add/", given).status_code == 302
    robot = Robot.objects.get()
    assert (robot.secret, robot.address, robot.site, robot.kinds) == (SECRET, ADDRESS, None, [])
    pages = [_text(manager.get(page)) for page in ("/robots/", f"/robots/{robot.pk}/", "/robots/log/")]
    for page in pages:
        assert SECRET not in page
        assert "tokentoken" not in page
        assert "UNDEFINED" not in page
    assert "…ken1" in pages[1]
    changed = {"name": "Night", "vendor": "dingtalk", "language": "en", "site": site.pk, "is_active": "on",
               "kinds": ["incidents.case_opened"], "least_rank": "1"}  # fmt: skip
    assert manager.post(f"/robots/{robot.pk}/", changed).status_code == 302
    robot.refresh_from_db()
    assert (robot.name, robot.site, robot.kinds, robot.least_rank) == (
        "Night",
        site,
        ["incidents.case_opened"],
        1,
    )
    assert (robot.secret, robot.address) == (SECRET, ADDRESS)
    assert manager.post(f"/robots/{robot.pk}/", {**changed, "forget_secret": "on"}).status_code == 302
    robot.refresh_from_db()
    assert robot.secret == ""


def test_a_wrong_address_is_said_beside_the_field_and_nothing_typed_is_lost(manager: Client) -> None:
    given = {
        "name": "Leaders",
        "vendor": "wecom",
        "address": "https://10.0.0.1/x",
        "language": "en",
        "least_rank": "2",
    }
    answer = manager.post("/robots/add/", given)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["address"]
    assert 'value="Leaders"' in _text(answer)
    assert not Robot.objects.exists()


def test_two_robots_of_one_name_are_refused_in_the_form(manager: Client) -> None:
    given = {"name": "Leaders", "vendor": "dingtalk", "address": ADDRESS, "language": "en"}
    assert manager.post("/robots/add/", given).status_code == 302
    assert manager.post("/robots/add/", given).status_code == 422


def test_a_new_webhooks_secret_is_shown_once(manager: Client) -> None:
    given = {"name": "ERP", "address": "https://erp.example.org/hook", "events": ["case.opened"]}
    assert manager.post("/webhooks/add/", given).status_code == 302
    hook = Webhook.objects.get()
    assert hook.secret in _text(manager.get("/webhooks/"))
    former = hook.secret
    for page in ("/webhooks/", f"/webhooks/{hook.pk}/", "/webhooks/log/"):
        assert former not in _text(manager.get(page))
    key = "0199aaaa-0000-7000-8000-000000000001"
    for _double_click in range(2):
        assert manager.post(f"/webhooks/{hook.pk}/secret/", {"form_key": key}).status_code == 302
    hook.refresh_from_db()
    assert hook.secrets() == [hook.secret, former]
    assert hook.secret in _text(manager.get("/webhooks/"))
    assert hook.secret not in _text(manager.get("/webhooks/"))


def test_the_test_button_the_log_and_trying_again(
    manager: Client, cast: Cast, site: Site, settings: Any
) -> None:
    settings.OUTGOING_PRIVATE_HOSTS = ["127.0.0.1"]
    with other_side(says(410, ""), says(200)) as side:
        hook, _secret = hooks.add_webhook(
            user=cast.company_manager, site=site, name="ERP", address=side.url, events=["case.opened"]
        )
        answer = manager.post(f"/webhooks/{hook.pk}/test/")
        assert answer.headers["Location"] == "/webhooks/log/"
        _work_off()
        log = _text(manager.get("/webhooks/log/"))
        assert "Failed" in log
        assert "The answer was HTTP 410." in log
        delivery = WebhookDelivery.objects.get()
        assert f"/webhooks/log/{delivery.pk}/again/" in log
        assert manager.post(f"/webhooks/log/{delivery.pk}/again/").status_code == 302
        _work_off()
        assert "again/" not in _text(manager.get("/webhooks/log/"))
        assert "ERP" not in _text(manager.get("/webhooks/log/?state=failed")).partition('id="list"')[2]


def test_a_robot_is_tested_from_the_list(manager: Client, cast: Cast, site: Site, settings: Any) -> None:
    settings.OUTGOING_PRIVATE_HOSTS = ["127.0.0.1"]
    with other_side(says(200, {"errcode": 310000, "errmsg": "sign not match"})) as side:
        robot = robots.add_robot(
            user=cast.company_manager, site=site, name="Night", vendor="dingtalk", address=side.url, language="en"
        )  # fmt: skip
        assert manager.post(f"/robots/{robot.pk}/test/").status_code == 302
        _work_off()
    assert "The vendor refused: 310000 sign not match" in _text(manager.get("/robots/log/"))
    assert "Failing" in _text(manager.get("/robots/"))
    Robot.objects.update(is_active=False)
    assert manager.post(f"/robots/{robot.pk}/test/").headers["Location"] == "/robots/"
    assert RobotMessage.objects.count() == 1


def test_a_project_manager_sees_the_endpoints_of_the_site_only(
    client: Client, cast: Cast, site: Site, sibling_site: Site
) -> None:
    for place, name in ((site, "Here"), (sibling_site, "There"), (None, "Everywhere")):
        robots.add_robot(
            user=cast.company_manager, site=place, name=name, vendor="dingtalk", address=ADDRESS, language="en"
        )  # fmt: skip
    client.force_login(cast.project_manager)
    page = _text(client.get("/robots/"))
    assert "Here" in page
    assert "There" not in page
    assert "Everywhere" not in page
    other = Robot.objects.get(name="There")
    assert client.get(f"/robots/{other.pk}/").status_code == 404
    assert client.post(f"/robots/{other.pk}/test/").status_code == 404
    choices = client.get("/robots/add/").context["form"].fields["site"].choices
    assert [key for key, _name in choices] == [str(site.pk)]
    for person in (cast.guard, cast.supervisor, cast.auditor):
        client.force_login(person)
        assert client.get("/robots/").status_code == 403
        assert client.get("/webhooks/").status_code == 403


def _work_off() -> None:
    for item in OutboxItem.objects.due().filter(handler__in=["core.webhook", "core.tell_group"]):
        running.run(ids=[item.pk])
