"""The page of a case: what is always at hand, and lines of the timeline in the reader's words."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from core.clock import now
from incidents.models import CaseEntry, CaseKind, EntryKind
from incidents.selectors.reading import timeline
from organization.models import Site
from tests.conftest import Cast
from tests.incidents.factories import CaseFactory

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("R003")
def test_calling_for_help_is_at_hand_while_an_incident_is_open(
    client: Client, cast: Cast, site: Site
) -> None:
    case = CaseFactory.create(site=site, kind=CaseKind.INCIDENT)
    client.force_login(cast.supervisor)
    page = client.get(reverse("incidents:case", args=[case.pk])).content.decode()
    for act in ("call_119", "call_110", "call_120", "evacuate"):
        assert reverse("incidents:case_act", args=[case.pk, act]) in page
    assert reverse("incidents:case_merge", args=[case.pk]) in page


@pytest.mark.parametrize(
    ("code", "text", "language", "said"),
    [
        (
            "limits",
            "completion: 2026-11-25 21:38 → 2026-12-24 21:38; response: 2026-11-24 21:48 → 2026-11-24 21:43",
            "zh-hans",
            "完成：2026年11月25日 21:38 → 2026年12月24日 21:38",
        ),
        ("escalated", "3: Ada, Grace", "en", "Level 3: Ada, Grace"),
        ("escalated", "nobody counted this", "en", "nobody counted this"),
        (
            "extension_asked",
            "2026-12-19 21:38: rain until 2026-12-18 10:00",
            "en",
            "rain until 2026-12-18 10:00",
        ),
        ("", "completion: as somebody typed it", "zh-hans", "completion: as somebody typed it"),
    ],
)
def test_what_services_note_is_said_in_words(
    site: Site, code: str, text: str, language: str, said: str
) -> None:
    case = CaseFactory.create(site=site)
    CaseEntry.objects.create(case=case, kind=EntryKind.CHANGED, at=now(), code=code, text=text)
    with translation.override(language):
        assert said in timeline(case)[-1].text.replace("\u2009", "")
