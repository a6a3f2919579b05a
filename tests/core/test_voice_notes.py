"""Voice notes travel like photos, are known by their containers, kept as sent, and heard by whoever sees the record."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from core import attachments
from core.attachments.images import PictureRefused
from core.attachments.sounds import recognised
from core.models import Attachment, AuditEntry, Blob
from incidents.models import Case
from incidents.selectors.reading import photos_of
from organization.models import Site
from tests.conftest import Cast
from tests.core import pictures, recordings
from tests.core.test_uploads import upload
from tests.incidents.factories import CaseFactory


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.parametrize(
    ("data", "media_type"),
    [(recordings.webm(7), "audio/webm"), (recordings.mp4(7), "audio/mp4"), (recordings.ogg(7), "audio/ogg")],
)
def test_a_recording_is_known_by_its_container_and_says_how_long_it_is(data: bytes, media_type: str) -> None:
    sound = recognised(data)
    assert sound is not None
    assert (sound.media_type, sound.seconds, sound.content) == (media_type, 7.0, data)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (recordings.webm(track=1), "not_a_recording"),
        (recordings.mp4(handler=b"vide"), "not_a_recording"),
        (recordings.webm(200), "voice_too_long"),
        (recordings.mp4(200), "voice_too_long"),
        (recordings.ogg(200), "voice_too_long"),
        (recordings.webm(3, size=2 * 1024 * 1024), "voice_too_large"),
        (b"\x1a\x45\xdf\xa3" + b"\0" * 40, "damaged"),
        (b"\x1a\x45\xdf\xa3", "damaged"),
    ],
)
def test_what_is_no_short_recording_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(PictureRefused) as refused:
        recognised(data)
    assert refused.value.reason == reason
    assert refused.value.text


def test_a_picture_is_no_recording() -> None:
    assert recognised(pictures.jpeg()) is None


@given(
    st.binary(max_size=400),
    st.sampled_from([recordings.webm(), recordings.mp4(), recordings.ogg()]),
    st.integers(8, 60),
)
def test_hostile_bytes_are_refused_or_read_but_never_break(noise: bytes, good: bytes, cut: int) -> None:
    for data in (good[:cut] + noise, good[:cut] + noise + good[cut:], good[: len(good) - cut]):
        assert refusal(data) in ("", "damaged", "not_a_recording", "voice_too_long")


def refusal(data: bytes) -> str:
    """Why it is refused; "" when it is not."""
    try:
        recognised(data)
    except PictureRefused as refused:
        return refused.reason
    return ""


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.mark.django_db(transaction=True)
def test_a_voice_note_is_sent_in_pieces_attached_and_heard_by_who_sees_the_case(
    cast: Cast, site: Site
) -> None:
    data = recordings.webm(9)
    answer = upload(signed_in(cast.guard), data)
    assert answer["state"] == "stored"
    case: Case = CaseFactory.create(site=site)
    attachment = attachments.attach(case, sha256=pictures.digest(data), made_by=cast.guard)
    url = f"/files/{attachment.pk}"
    heard = signed_in(cast.supervisor).get(f"{url}/full")
    assert b"".join(heard.streaming_content) == data  # type: ignore[attr-defined]
    assert heard["Content-Type"] == "audio/webm"
    assert heard["X-Content-Type-Options"] == "nosniff"
    assert AuditEntry.objects.filter(action="core.evidence_viewed", actor=cast.supervisor).exists()
    assert signed_in(cast.supervisor).get(f"{url}/thumb").status_code == 404
    assert signed_in(cast.foreign_supervisor).get(f"{url}/full").status_code == 404
    assert photos_of(case) == []
    assert Attachment.objects.get().blob.is_sound


@pytest.mark.django_db(transaction=True)
def test_a_film_is_refused_with_a_reason_the_phone_can_say(cast: Cast) -> None:
    answer = upload(signed_in(cast.guard), recordings.webm(track=1))
    assert (answer["state"], answer["reason"]) == ("refused", "not_a_recording")
    assert not Blob.objects.get().full_name


def test_the_page_may_use_the_microphone_of_its_own_phone(client: Client, db: None) -> None:
    assert "microphone=(self)" in client.get("/healthz")["Permissions-Policy"]
    assert project.VOICE_MAX_SECONDS == 120
