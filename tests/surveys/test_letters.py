"""Letters and posters on paper, and the acts of waves in the API."""

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from core.models import AuditEntry, Job, OutboxItem
from core.outbox.running import run
from surveys.links import gate_url, invitation_url
from surveys.models import Wave
from surveys.services import lettering
from surveys.services.waves import issue_code
from tests.conftest import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R075")]
Prepare = Callable[..., Wave]


def words(response: object) -> str:
    """The text of a PDF, without spaces."""
    pages = PdfReader(BytesIO(response.content)).pages  # type: ignore[attr-defined]
    return re.sub(r"\s+", "", " ".join(page.extract_text() for page in pages))


def test_a_letter_says_who_why_how_long_and_what_becomes_of_the_data(cast: Cast, prepare: Prepare) -> None:
    """In the site's language; one page for each household; printing is recorded."""
    wave = prepare()
    one = wave.invitations.select_related("household").order_by("pk")[0]
    assert one.household is not None
    client = Client()
    client.force_login(cast.shift_leader)
    response = client.post(reverse("surveys:wave_letters", args=[wave.pk, one.pk]))
    assert response["Content-Type"] == "application/pdf"
    assert len(PdfReader(BytesIO(response.content)).pages) == 1
    text = words(response)
    for part in (
        one.household.code,
        "不到一分钟",
        "匿名",
        "完全自愿",
        invitation_url(one),
        "/privacy/ours/main/",
    ):
        assert re.sub(r"\s+", "", part) in text, part
    assert AuditEntry.objects.filter(action="surveys.letters").count() == 1


@pytest.mark.django_db(transaction=True)
def test_letters_of_all_are_a_job_and_the_next_file_holds_the_next_ones(
    cast: Cast, prepare: Prepare, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each file holds as many as one may; none twice, none forgotten, in the order somebody walks."""
    monkeypatch.setattr(lettering, "MOST_LETTERS", 40)
    wave = prepare(opened=True)
    client = Client()
    client.force_login(cast.shift_leader)
    units = []
    for size in (40, 20):
        response = client.post(reverse("surveys:wave_letters", args=[wave.pk, "all"]))
        job = Job.objects.latest("pk")
        assert response["Location"] == job.get_absolute_url()
        run(ids=[OutboxItem.objects.get(handler="core.run_job", key=str(job.pk)).pk])
        job.refresh_from_db()
        assert (job.state, job.done, job.total) == (Job.State.DONE, size, size)
        with job.file.open() as file:
            pages = PdfReader(BytesIO(file.read())).pages
        assert len(pages) == size
        units += [re.search(r"(\d-\d+)\n", page.extract_text())[1] for page in pages]  # type: ignore[index]
    expected = wave.invitations.order_by("household__building__code", "household__code")
    assert sorted(units) == sorted(expected.values_list("household__code", flat=True))
    assert not wave.invitations.filter(sent_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_letters_that_never_came_are_not_noted_as_sent(cast: Cast, prepare: Prepare) -> None:
    """Whoever asked has lost the role before the work began."""
    wave = prepare(opened=True)
    job = lettering.request_letters(user=cast.shift_leader, wave=wave, which="all")
    assert job is not None
    assert not wave.invitations.filter(sent_at=None).exists()
    cast.shift_leader.memberships.all().delete()
    run(ids=[OutboxItem.objects.get(handler="core.run_job", key=str(job.pk)).pk])
    job.refresh_from_db()
    assert (job.state, bool(job.file)) == (Job.State.FAILED, False)
    assert not wave.invitations.exclude(sent_at=None).exists()


def test_the_poster_leads_to_the_open_code(cast: Cast, prepare: Prepare) -> None:
    """In three languages."""
    wave = issue_code(user=cast.supervisor, wave_id=prepare().pk)
    client = Client()
    client.force_login(cast.shift_leader)
    text = words(client.get(reverse("surveys:wave_poster", args=[wave.pk])))
    assert gate_url(wave) in text
    for part in ("您对这里的", "您對這裏的", "Howsatisfiedareyou"):
        assert part in text, part


def test_a_letter_without_an_address_still_renders(prepare: Prepare) -> None:
    """No building, no telephone of the office."""
    wave = prepare()
    html = render_to_string("surveys/letters.html", {"wave": wave, "site": wave.site, "letters": []})
    assert "<section" not in html


@pytest.mark.requirement("R076")
def test_a_wave_is_run_by_the_api(cast: Cast, prepare: Prepare) -> None:
    """Drawn, opened, closed; acts beyond one's role are refused."""
    wave = prepare()
    client = Client()
    client.force_login(cast.supervisor)
    path = f"/api/v1/survey-waves/{wave.pk}/"
    assert client.post(f"{path}draw/").json()["invited"] == 60
    assert client.post(f"{path}open/").json()["state"] == "open"
    assert client.post(f"{path}open/").status_code == 400
    body = client.get(path).json()
    assert body["progress"] == {"waiting": 60, "answered": 0, "refused": 0, "unreachable": 0, "personal": 0, "open": 0}  # fmt: skip
    assert client.post(f"{path}close/").json()["state"] == "closed"
    assert client.post(f"{path}cancel/", {"reason": "x"}, content_type="application/json").status_code == 400
    client.force_login(cast.auditor)
    assert client.post(f"{path}cancel/", {"reason": "x"}, content_type="application/json").status_code == 403
    client.force_login(cast.foreign_manager)
    assert client.get(path).status_code == 404
