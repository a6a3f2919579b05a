"""Photos are seen by who sees their record; quarantined records are decided by who leads the site."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core import attachments
from core.models import Attachment, AuditEntry, Operation, Quarantine, Slot
from core.offline.deciding import dismiss, release
from core.policies import allowed, visible
from organization.models import Company, Site
from tests.conftest import Cast
from tests.core import kinds, pictures
from tests.core.operations import operation, receipts, send
from tests.organization.factories import ZoneFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.photos_page")]


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    yield
    kinds.repaired.clear()


def client_of(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def photo(cast: Cast, site: Site) -> Attachment:
    prepared = attachments.prepare(SimpleUploadedFile("a.jpg", pictures.jpeg((600, 400))))
    return attachments.attach(site, upload=prepared, made_by=cast.guard, site=site)


# --- photos ---------------------------------------------------------------------------------------


def test_both_sizes_are_served_privately(cast: Cast, photo: Attachment) -> None:
    client = client_of(cast.guard)
    for size in ("thumb", "full"):
        response = client.get(f"/files/{photo.pk}/{size}")
        assert response.status_code == 200
        assert response.getvalue().startswith(b"\xff\xd8")
        assert response.headers["Content-Type"] == "image/jpeg"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cache-Control"] == "private, max-age=3600"
        assert "sandbox" in response.headers["Content-Security-Policy"]


def test_opening_the_whole_picture_is_recorded_as_viewing_evidence(cast: Cast, photo: Attachment) -> None:
    client = client_of(cast.supervisor)
    client.get(f"/files/{photo.pk}/thumb").getvalue()
    assert not AuditEntry.objects.filter(action="core.evidence_viewed").exists()
    client.get(f"/files/{photo.pk}/full").getvalue()
    entry = AuditEntry.objects.get(action="core.evidence_viewed")
    assert (entry.actor, entry.target_id, entry.site_id) == (cast.supervisor, str(photo.pk), photo.site_id)


def test_others_get_the_same_404_as_for_a_photo_that_never_was(cast: Cast, photo: Attachment) -> None:
    for person in (cast.sibling_supervisor, cast.foreign_manager):
        client = client_of(person)
        there, missing = (
            client.get(f"/files/{photo.pk}/full"),
            client.get(f"/files/{str(photo.pk)[:-4]}0000/full"),
        )
        assert there.status_code == missing.status_code == 404
        assert not visible(person, Attachment.objects.all()).exists()
        assert not allowed(person, "view", photo)
    assert Client().get(f"/files/{photo.pk}/full").status_code == 302
    assert client_of(cast.guard).get(f"/files/{photo.pk}/huge").status_code == 404
    assert list(visible(cast.guard, Attachment.objects.all())) == [photo]


def test_a_photo_still_on_its_way_is_not_there_yet(cast: Cast, site: Site) -> None:
    waiting = attachments.attach(site, sha256="a" * 64, made_by=cast.guard, site=site)
    client = client_of(cast.guard)
    assert client.get(f"/files/{waiting.pk}/thumb").status_code == 404
    page = client.get(f"/photos-page/{site.pk}/").content.decode()
    assert "Waiting for the photo" in page


def test_a_form_takes_photos_and_sent_twice_takes_them_once(cast: Cast, site: Site) -> None:
    client = client_of(cast.supervisor)
    for _repetition in range(2):
        files = [
            SimpleUploadedFile("a.jpg", pictures.KEPT["a photo with every metadata"]()),
            SimpleUploadedFile("b.png", pictures.png((9, 9))),
        ]
        response = client.post(
            f"/photos-page/{site.pk}/", {"photos": files, "remark": "Gate", "form_key": "k"}
        )
        assert response.status_code == 302
    assert Attachment.objects.count() in {2, 4}  # noise differs from call to call
    page = client.get(f"/photos-page/{site.pk}/").content.decode()
    assert 'alt="Gate"' in page
    bad = client.post(
        f"/photos-page/{site.pk}/",
        {"photos": SimpleUploadedFile("x.jpg", b"GIF89a"), "remark": "<b>kept</b>"},
    )
    assert bad.status_code == 422
    assert "“x.jpg”" in bad.content.decode()
    assert "&lt;b&gt;kept" in bad.content.decode()


def test_a_file_that_vanished_is_a_404(cast: Cast, photo: Attachment) -> None:
    default_storage.delete(photo.blob.full_name)
    assert client_of(cast.guard).get(f"/files/{photo.pk}/full").status_code == 404


def test_one_key_in_two_companies_shows_each_its_own(
    cast: Cast, site: Site, foreign_company: Company
) -> None:
    ours, theirs = (
        attachments.prepare(SimpleUploadedFile("a.jpg", pictures.jpeg((n, 30)))) for n in (30, 31)
    )
    zone = ZoneFactory.create(site=site)
    entry = AuditEntry.objects.create(action="tests.note", company=cast.guard.company)
    own = attachments.attach(entry, upload=ours, made_by=cast.guard)
    other = attachments.attach(entry, upload=theirs, made_by=cast.foreign_guard)
    assert own.company_id != other.company_id
    assert attachments.attachments_of(entry) == [own]
    assert not allowed(cast.foreign_manager, "view", own)
    assert not allowed(cast.auditor, "view", other)
    assert allowed(cast.auditor, "view", own)
    assert list(visible(cast.auditor, Attachment.objects.all())) == [own]
    assert attachments.attachments_of(zone) == []
    assert foreign_company.pk == other.company_id


# --- quarantine -----------------------------------------------------------------------------------


def quarantined(cast: Cast, site: Site, *, kind: str = "tests.note", **changes: Any) -> Quarantine:
    """Something a guard handed in that a handler refused."""
    op = operation(
        cast.guard, kind=kind, body={"text": "Broken lamp", "fail": "crash", "site_id": site.pk}, **changes
    )
    assert receipts(send(client_of(cast.guard), op))[op["id"]]["outcome"] == "quarantined"
    return Quarantine.objects.get()


def test_leaders_see_it_and_others_do_not(cast: Cast, site: Site) -> None:
    kept = quarantined(cast, site)
    for person in (cast.supervisor, cast.company_manager, cast.project_manager, cast.auditor):
        page = client_of(person).get("/quarantine/")
        assert f"/quarantine/{kept.pk}/" in page.content.decode()
        detail = client_of(person).get(f"/quarantine/{kept.pk}/").content.decode()
        assert "Broken lamp" in detail
        assert ("/release/" in detail) == (person != cast.auditor)
    for person in (cast.sibling_supervisor, cast.foreign_manager, cast.guard):
        assert client_of(person).get(f"/quarantine/{kept.pk}/").status_code == 404
    assert client_of(cast.guard).get("/quarantine/").status_code == 403


def test_a_record_without_a_site_belongs_to_where_its_sender_works(cast: Cast) -> None:
    send(client_of(cast.guard), {"id": "nonsense"})
    kept = Quarantine.objects.get()
    assert kept.site is None
    assert client_of(cast.supervisor).get(f"/quarantine/{kept.pk}/").status_code == 200
    assert client_of(cast.sibling_supervisor).get(f"/quarantine/{kept.pk}/").status_code == 404


def test_a_site_of_another_company_is_not_believed(cast: Cast, foreign_site: Site) -> None:
    kept = quarantined(cast, foreign_site)
    assert kept.site is None


@pytest.mark.parametrize("kind", ["tests.note", "tests.mark"])
def test_released_once_the_bug_is_repaired_it_works_once(cast: Cast, site: Site, kind: str) -> None:
    kept = quarantined(cast, site, kind=kind)
    client = client_of(cast.supervisor)
    client.post(f"/quarantine/{kept.pk}/release/")
    kept.refresh_from_db()
    assert kept.state == "open"
    kinds.repaired.add("crash")
    client.post(f"/quarantine/{kept.pk}/release/")
    kept.refresh_from_db()
    assert (kept.state, kept.decided_by) == ("released", cast.supervisor)
    assert kinds.notes() + Slot.objects.filter(schedule__startswith="mark:").count() == 1
    if kind == "tests.note":
        assert Operation.objects.get().state == "accepted"
    with pytest.raises(ValidationError):
        release(quarantine=kept, by=cast.supervisor)
    assert AuditEntry.objects.filter(action="core.quarantine_released").count() == 1


def test_what_a_colleague_handed_in_is_released_as_the_authors(cast: Cast, site: Site) -> None:
    op = operation(cast.other_guard, body={"text": "x", "site_id": site.pk})
    send(client_of(cast.guard), op)
    release(quarantine=Quarantine.objects.get(), by=cast.supervisor)
    assert Operation.objects.get().person == cast.other_guard


def test_a_conflict_can_only_be_dismissed_and_only_with_a_reason(cast: Cast, site: Site) -> None:
    op = operation(cast.guard, body={"text": "first", "site_id": site.pk})
    send(client_of(cast.guard), op)
    send(client_of(cast.guard), op | {"body": {"text": "second", "site_id": site.pk}})
    kept = Quarantine.objects.get()
    with pytest.raises(ValidationError):
        release(quarantine=kept, by=cast.supervisor)
    client = client_of(cast.supervisor)
    assert client.get(f"/quarantine/{kept.pk}/dismiss/").status_code == 200
    assert client.post(f"/quarantine/{kept.pk}/dismiss/", {"note": " "}).status_code == 422
    assert client.post(f"/quarantine/{kept.pk}/dismiss/", {"note": "Typed twice"}).status_code == 302
    kept.refresh_from_db()
    assert (kept.state, kept.note) == ("dismissed", "Typed twice")
    assert kinds.notes() == 1


def test_those_who_may_only_look_may_not_decide(cast: Cast, site: Site) -> None:
    kept = quarantined(cast, site)
    for person in (cast.auditor, cast.guard, cast.sibling_supervisor, cast.foreign_manager):
        with pytest.raises(PermissionDenied):
            release(quarantine=kept, by=person)
        with pytest.raises(PermissionDenied):
            dismiss(quarantine=kept, by=person, note="x")
    assert client_of(cast.auditor).post(f"/quarantine/{kept.pk}/release/").status_code == 403
    assert client_of(cast.auditor).get(f"/quarantine/{kept.pk}/dismiss/").status_code == 403
    assert client_of(cast.foreign_manager).post(f"/quarantine/{kept.pk}/release/").status_code == 404


def test_unreadable_bytes_are_shown_without_harm(cast: Cast, site: Site) -> None:
    client_of(cast.guard).post(
        "/api/v1/operations/", b'{"operations": [{"a": "\x00<script>\xff"}]}', content_type="application/json"
    )
    kept = Quarantine.objects.get()
    page = client_of(cast.supervisor).get(f"/quarantine/{kept.pk}/").content.decode()
    assert "\\x00&lt;script&gt;\\xff" in page
    with pytest.raises(ValidationError):
        release(quarantine=kept, by=cast.supervisor)


# --- tokens ---------------------------------------------------------------------------------------


def test_a_new_tokens_secret_is_shown_exactly_once(cast: Cast) -> None:
    client = client_of(cast.company_manager)
    assert client.get("/organization/tokens/").status_code == 200
    form = client.get("/organization/tokens/add/")
    assert form.status_code == 200
    choices = [value for value, _label in form.context["form"].fields["scopes"].choices]
    assert choices
    answer = client.post(
        "/organization/tokens/add/", {"name": "parking", "scopes": choices[:1], "days": "30"}, follow=True
    )
    page = answer.content.decode()
    assert "orderly_" in page
    secret = page.split('<code class="big">')[1].split("<")[0]
    again = client.get("/organization/tokens/").content.decode()
    assert secret not in again
    token = cast.company_manager.tokens.get()
    assert client.post(f"/organization/tokens/{token.pk}/revoke/").status_code == 302
    token.refresh_from_db()
    assert token.state == "revoked"
    assert client_of(cast.supervisor).get("/organization/tokens/").status_code == 403
    assert client_of(cast.foreign_manager).post(f"/organization/tokens/{token.pk}/revoke/").status_code == 404
