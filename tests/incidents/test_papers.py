"""The forms of cases on paper: filled, in the site's language, with embedded type."""

from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from core.models import AuditEntry
from incidents.models import CaseKind
from organization.models import Site
from tests.conftest import Cast
from tests.incidents.factories import CaseFactory

TITLES = {
    CaseKind.VIOLATION: ("violation", "违规事件报告单"),
    CaseKind.INCIDENT: ("incident", "突发事件处置记录"),
    CaseKind.HAZARD: ("hazard", "隐患整改记录"),
    CaseKind.SERVICE_REQUEST: ("order", "服务工单"),
    CaseKind.COMPLAINT: ("complaint", "投诉处理记录"),
}


def text_of(content: bytes) -> str:
    """What the PDF says, without the blanks its lines have."""
    return "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).replace(" ", "")


@pytest.mark.requirement("R022")
@pytest.mark.parametrize("kind", list(CaseKind))
def test_each_kind_has_its_form(kind: CaseKind, cast: Cast, site: Site) -> None:
    form, title = TITLES[kind]
    case = CaseFactory.create(site=site, kind=kind, title="消防通道被三辆电动车堵占", place="3幢1单元门口")
    client = Client()
    client.force_login(cast.supervisor)
    answer = client.get(reverse("incidents:case_paper", args=[case.pk, form]))
    assert answer["Content-Type"] == "application/pdf"
    text = text_of(answer.content)
    for words in (title, case.number, "消防通道被三辆电动车堵占", "3幢1单元门口"):
        assert words in text
    assert AuditEntry.objects.filter(action="incidents.printed").exists()


@pytest.mark.requirement("R086")
def test_an_incident_has_its_analysis_and_its_after_action_row(cast: Cast, site: Site) -> None:
    case = CaseFactory.create(
        site=site,
        kind="incident",
        category="002",
        cause="油垢起火",
        lessons="每季清洗油烟机",
        resolution="两具灭火器扑灭",
    )
    client = Client()
    client.force_login(cast.supervisor)
    row = text_of(client.get(reverse("incidents:case_paper", args=[case.pk, "after-action"])).content)
    assert all(words in row for words in ("事后总结与改进表", "油垢起火", "每季清洗油烟机", "两具灭火器扑灭"))
    report = text_of(client.get(reverse("incidents:case_paper", args=[case.pk, "analysis"])).content)
    assert "事件分析报告" in report


def test_a_form_of_another_kind_does_not_exist(cast: Cast, site: Site) -> None:
    case = CaseFactory.create(site=site)
    client = Client()
    client.force_login(cast.supervisor)
    assert client.get(reverse("incidents:case_paper", args=[case.pk, "violation"])).status_code == 404
    assert client.get(reverse("incidents:case_paper", args=[case.pk, "nothing"])).status_code == 404
