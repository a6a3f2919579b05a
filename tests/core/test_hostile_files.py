"""Hostile files meet no fault, and no byte of what people hide in pictures is ever stored."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from core.attachments import images
from core.attachments.forms import PhotosField
from core.attachments.images import PictureRefused, reencode
from core.models import Blob
from tests.conftest import Cast
from tests.core import pictures

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.urls_platform")]


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def send(cast: Cast, data: bytes) -> Any:
    """Upload as a guard's phone does."""
    phone = Client()
    phone.force_login(cast.guard)
    return phone.put(
        f"/api/v1/uploads/{pictures.digest(data)}/",
        data,
        content_type="application/octet-stream",
        headers={"Upload-Offset": "0", "Upload-Length": str(len(data))},
    )


def stored_bytes(blob: Blob) -> list[bytes]:
    """Both copies."""
    copies = []
    for name in (blob.full_name, blob.thumb_name):
        with default_storage.open(name) as stored:
            copies.append(stored.read())
    return copies


@pytest.mark.parametrize("name", sorted(pictures.KEPT))
def test_a_good_picture_is_kept_without_its_metadata(cast: Cast, name: str) -> None:
    data = pictures.KEPT[name]()
    response = send(cast, data)
    assert response.status_code == 200
    assert response.json()["state"] == "stored", response.json()
    blob = Blob.objects.get()
    for copy in stored_bytes(blob):
        for trace in (
            b"CANARY",
            b"Exif",
            b"<script",
            b"<?php",
            b"PK\x03\x04",
            b"ICC_PROFILE",
            b"iCCP",
            b"tEXt",
            b"xmp",
            b"MPF",
        ):
            assert trace not in copy


@pytest.mark.parametrize("name", sorted(pictures.REFUSED))
def test_a_bad_file_is_refused_with_a_reason(cast: Cast, name: str) -> None:
    make, reason = pictures.REFUSED[name]
    response = send(cast, make())
    assert response.status_code == 200
    answer = response.json()
    if reason != "*":
        assert (answer["state"], answer["reason"]) == ("refused", reason)
    if answer["state"] == "stored":  # a decoder may skip what it does not need
        assert all(b"CANARY" not in copy for copy in stored_bytes(Blob.objects.get()))


def test_eighty_damaged_photos_meet_no_fault(cast: Cast) -> None:
    outcomes = {send(cast, data).json()["state"] for data in pictures.mutations(80)}
    assert outcomes <= {"stored", "refused"}


def test_metadata_is_gone_as_a_reader_sees_it(cast: Cast) -> None:
    for make in (pictures.jpeg_with_everything, pictures.with_texts, pictures.webp_with_everything):
        picture = reencode(make())
        for copy in (picture.full, picture.thumb):
            with Image.open(io.BytesIO(copy)) as image:
                image.load()
                assert not image.getexif()
                assert not set(image.info) - {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_too_large_a_file_is_refused_before_it_is_read(settings: Any) -> None:
    settings.PHOTO_MAX_BYTES = 100
    with pytest.raises(PictureRefused, match="too_large"):
        reencode(bytes(101))
    with pytest.raises(PictureRefused, match="empty"):
        reencode(b"")


def test_the_decoder_may_neither_take_all_memory_nor_all_time(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, body in {"memory": "bytearray(3 * 1024**3)", "time": "[0 for _ in iter(int, 1)]"}.items():
        hungry = tmp_path / f"{name}.py"
        source = images.WORKER.read_text().replace(
            "header, full, thumb = encode(", f"{body}; header, full, thumb = encode("
        )
        hungry.write_text(source.replace("CPU_SECONDS = 20", "CPU_SECONDS = 1"))
        monkeypatch.setattr(images, "WORKER", hungry)
        with pytest.raises(PictureRefused):
            reencode(pictures.jpeg())


def test_the_form_field_names_each_refused_file() -> None:
    field = PhotosField(required=False, max_photos=3)
    good = SimpleUploadedFile("good.jpg", pictures.jpeg(), "image/jpeg")
    evil = SimpleUploadedFile("../../evil.php.jpg\u202egpj", b"<?php", "image/jpeg")
    assert field.clean([]) == []
    (prepared,) = field.clean([good])
    good.seek(0)
    assert prepared.sha256 == pictures.digest(good.read())
    with pytest.raises(ValidationError, match=r"evil\.php"):
        field.clean([good, evil])
    with pytest.raises(ValidationError, match="at most 3"):
        field.clean([good] * 4)
    with pytest.raises(ValidationError, match="required"):
        PhotosField().clean([])
