"""A photo goes up in pieces over a network that breaks, and is believed only when its hash is right."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from core import attachments, clock, faults
from core.attachments import sweeping
from core.models import Attachment, Blob, BlobClaim, BlobPart, Quarantine
from organization.models import Site
from tests.conftest import Cast
from tests.core import kinds, pictures
from tests.core.operations import operation, receipts, send

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.core.urls_platform")]


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def phone(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.guard)
    return client


def put(client: Client, sha: str, piece: bytes, offset: int, length: int) -> Any:
    """One piece."""
    return client.put(
        f"/api/v1/uploads/{sha}/",
        piece,
        content_type="application/octet-stream",
        headers={"Upload-Offset": str(offset), "Upload-Length": str(length)},
    )


def upload(client: Client, data: bytes) -> dict[str, Any]:
    """The whole at once."""
    response = put(client, pictures.digest(data), data, 0, len(data))
    assert response.status_code == 200, response.content
    assert response.headers["X-Orderly-Receipt"] == "1"
    answer: dict[str, Any] = response.json()
    return answer


def files(folder: str = "") -> list[str]:
    """All stored files."""
    folders, names = default_storage.listdir(folder) if default_storage.exists(folder or ".") else ([], [])
    found = [f"{folder}/{name}".lstrip("/") for name in names]
    for inner in folders:
        found += files(f"{folder}/{inner}".lstrip("/"))
    return found


def test_an_operation_announces_its_photos_and_is_told_which_are_wanted(phone: Client, cast: Cast) -> None:
    data = pictures.jpeg()
    sha = pictures.digest(data)
    response = send(phone, operation(cast.guard, photos=[sha]))
    assert response.json()["need"] == [sha]
    attachment = Attachment.objects.get()
    assert not attachment.blob.is_stored
    assert upload(phone, data) == {
        "sha256": sha,
        "state": "stored",
        "offset": len(data),
        "size": len(data),
        "reason": None,
    }
    assert Attachment.objects.get().blob.is_stored
    assert send(phone, operation(cast.guard, photos=[sha])).json()["need"] == []


@pytest.mark.fault("F40")
def test_an_upload_cut_at_any_place_goes_on_from_there(phone: Client) -> None:
    data = pictures.jpeg((300, 200))
    sha, offset = pictures.digest(data), 0
    cuts = [1, len(data) // 2, len(data) - 1, len(data)]
    for cut in cuts:
        answer = put(phone, sha, data[offset:cut], offset, len(data)).json()
        offset = answer["offset"]
        assert offset == cut
        assert phone.get(f"/api/v1/uploads/{sha}/").json() == answer
        assert phone.head(f"/api/v1/uploads/{sha}/").headers["Upload-Offset"] == str(cut)
    assert answer["state"] == "stored"
    assert not BlobPart.objects.exists()
    assert len(files()) == 2


def test_a_piece_from_the_wrong_place_is_told_the_right_one(phone: Client) -> None:
    data = pictures.jpeg()
    sha = pictures.digest(data)
    put(phone, sha, data[:100], 0, len(data))
    for wrong in (0, 50, 101, len(data)):
        response = put(phone, sha, data[wrong : wrong + 10], wrong, len(data))
        assert response.status_code == 409
        assert (response.json()["offset"], response.headers["X-Orderly-Receipt"]) == (100, "1")
    assert put(phone, sha, data[100:], 100, len(data)).json()["state"] == "stored"
    assert put(phone, sha, data, 0, len(data)).json()["state"] == "stored"


@pytest.mark.fault("F40")
def test_bytes_damaged_on_the_way_are_not_believed(phone: Client) -> None:
    data = pictures.jpeg()
    sha, wrong = pictures.digest(data), pictures.jpeg((64, 47)).ljust(len(data), b"x")[: len(data)]
    answer = put(phone, sha, wrong, 0, len(data)).json()
    assert (answer["state"], answer["offset"]) == ("pending", 0)
    put(phone, sha, wrong, 0, len(data))
    assert put(phone, sha, wrong, 0, len(data)).json()["reason"] == "hash"
    assert put(phone, sha, data, 0, len(data)).json()["state"] == "stored"
    assert len(files()) == 2


def test_the_same_photo_twice_is_one_file_and_two_attachments(phone: Client, cast: Cast) -> None:
    data = pictures.jpeg()
    sha = pictures.digest(data)
    upload(phone, data)
    send(phone, operation(cast.guard, photos=[sha]), operation(cast.guard, photos=[sha]))
    assert Attachment.objects.count() == 2
    assert Blob.objects.count() == 1
    assert len(files()) == 2
    assert kinds.notes() == 2


def test_only_who_announced_it_may_send_or_ask(phone: Client, cast: Cast) -> None:
    data = pictures.jpeg()
    sha = pictures.digest(data)
    send(phone, operation(cast.guard, photos=[sha]))
    for person in (cast.other_guard, cast.supervisor):
        other = Client()
        other.force_login(person)
        assert other.get(f"/api/v1/uploads/{sha}/").status_code == 404
        assert put(other, sha, data, 0, len(data)).status_code == 404
    foreign = Client()
    foreign.force_login(cast.foreign_guard)
    missing = foreign.get(f"/api/v1/uploads/{'0' * 64}/")
    there = foreign.get(f"/api/v1/uploads/{sha}/")
    assert (there.status_code, there.content) == (missing.status_code, missing.content)
    assert put(foreign, sha, data, 0, len(data)).json()["state"] == "stored"
    assert Blob.objects.get(company=cast.guard.company).state == "pending"


def test_limits_and_nonsense_are_refused_without_a_fault(phone: Client, settings: Any) -> None:
    sha = "a" * 64
    settings.PHOTO_MAX_BYTES = 1_000
    assert put(phone, sha, b"x", 0, 1_001).status_code == 413
    assert put(phone, sha, b"x" * 11, 0, 10).status_code == 413
    assert put(phone, sha, b"x", 5, 3).status_code == 413
    for offset, length in (
        ("", "5"),
        ("x", "5"),
        ("-1", "5"),
        ("0", "0"),
        ("0", "99999999999999"),
        ("٣", "5"),
    ):
        response = phone.put(
            f"/api/v1/uploads/{sha}/",
            b"x",
            content_type="application/octet-stream",
            headers={"Upload-Offset": offset.encode().decode("latin-1"), "Upload-Length": length},
        )
        assert response.status_code == 400, (offset, length)
    assert phone.get("/api/v1/uploads/ABC/").status_code == 404
    assert phone.post(f"/api/v1/uploads/{sha}/").status_code == 405
    settings.PHOTO_MAX_UNUSED_PER_PERSON = 1
    upload(phone, pictures.jpeg((8, 8)))
    assert put(phone, sha, b"x", 0, 10).status_code == 429


@pytest.mark.fault("F38", "F39")
def test_while_the_store_is_full_the_record_is_taken_and_the_photo_waits(phone: Client, cast: Cast) -> None:
    data = pictures.jpeg()
    sha = pictures.digest(data)
    full = faults._ERRORS["ENOSPC"]

    def no_space() -> None:
        raise full()

    with faults.armed("store.save", no_space):
        op = operation(cast.guard, photos=[sha])
        assert receipts(send(phone, op))[op["id"]]["outcome"] == "accepted"
        response = put(phone, sha, data, 0, len(data))
        assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
        assert phone.get(f"/api/v1/uploads/{sha}/").json()["state"] == "pending"
    assert files() == []
    assert upload(phone, data)["state"] == "stored"


@pytest.mark.fault("F39")
def test_a_complete_photo_that_could_not_be_kept_is_finished_by_the_sweep(phone: Client) -> None:
    data = pictures.jpeg()
    sha = pictures.digest(data)
    passages = []

    def second_time() -> None:
        passages.append(1)
        if len(passages) > 1:
            raise faults._ERRORS["EIO"]()

    with faults.armed("store.save", second_time):
        assert put(phone, sha, data, 0, len(data)).status_code == 503
    assert phone.get(f"/api/v1/uploads/{sha}/").json()["offset"] == len(data)
    assert sweeping.sweep()["finished"] == 1
    assert phone.get(f"/api/v1/uploads/{sha}/").json()["state"] == "stored"
    assert len(files()) == 2


def test_lost_pieces_make_the_phone_start_anew(phone: Client) -> None:
    data = pictures.jpeg()
    sha = pictures.digest(data)
    put(phone, sha, data[:50], 0, len(data))
    default_storage.delete(BlobPart.objects.get().name)
    answer = put(phone, sha, data[50:], 50, len(data)).json()
    assert (answer["state"], answer["offset"]) == ("pending", 0)
    assert upload(phone, data)["state"] == "stored"


@pytest.mark.fault("F40")
def test_the_sweep_removes_what_nobody_refers_to_and_nothing_else(
    phone: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    used, unused, held, begun = (pictures.jpeg((n, 20)) for n in (20, 21, 22, 23))
    for data in (used, unused, held):
        upload(phone, data)
    send(phone, operation(cast.guard, photos=[pictures.digest(used)]))
    send(phone, operation(cast.guard, photos=[pictures.digest(held)], body={"fail": "refused"}))
    put(phone, pictures.digest(begun), begun[:10], 0, len(begun))
    assert Quarantine.objects.get().photos == [pictures.digest(held)]
    stray = default_storage.save(
        f"photos/{cast.guard.company_id}/{clock.now():%Y/%m}/stray.jpg", io.BytesIO(b"x")
    )
    assert sweeping.sweep() == {"finished": 0, "parts": 0, "photos": 0, "files": 0}
    later = clock.now() + timedelta(days=31)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert sweeping.sweep() == {"finished": 0, "parts": 1, "photos": 2, "files": 1}
    assert {blob.sha256 for blob in Blob.objects.all()} == {pictures.digest(used), pictures.digest(held)}
    assert not default_storage.exists(stray)
    assert len(files()) == 4


def test_attaching_again_changes_nothing(cast: Cast, site: Site) -> None:
    prepared = attachments.prepare(io_file(pictures.jpeg()))
    first = attachments.attach(site, upload=prepared, made_by=cast.guard, caption="Gate", site=site)
    again = attachments.attach(site, upload=prepared, made_by=cast.guard, site=site)
    by_hash = attachments.attach(site, sha256=prepared.sha256, made_by=cast.guard, site=site)
    assert first == again == by_hash
    assert attachments.attachments_of(site) == [first]
    assert attachments.attachments_for([site]) == {str(site.pk): [first]}
    assert BlobClaim.objects.count() == 1
    assert len(files()) == 2


def io_file(data: bytes) -> Any:
    """Bytes as an uploaded file."""
    return SimpleUploadedFile("photo.jpg", data)


def test_the_stored_copy_stands_upright(phone: Client) -> None:
    data = pictures.jpeg((64, 48), exif=pictures.exif_with_place(6))
    upload(phone, data)
    blob = Blob.objects.get()
    with default_storage.open(blob.full_name) as stored, Image.open(stored) as image:
        assert image.size == (48, 64) == (blob.width, blob.height)
