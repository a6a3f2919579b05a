"""The phone page as the server gives it: public, the same for everyone, complete, small, and under a strict policy."""

import gzip
import json
import re
from base64 import b64encode
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import resolve
from PIL import Image

from organization.models import Person
from portal import phone

pytestmark = pytest.mark.django_db

LANGUAGES = ["en", "zh-hans", "zh-hant"]
TOKEN = "2w.1.mfrggzdfmztwq2lk"
SCRIPTS = Path(settings.BASE_DIR) / "static" / "js" / "phone"


def static_bytes(url: str) -> bytes:
    """The static file behind a release's address, or the text catalogue."""
    found = finders.find(url.removeprefix(settings.STATIC_URL))
    if not found:
        raise ImproperlyConfigured(f"no file behind {url}")
    return Path(str(found)).read_bytes()


def release_of(client: Client) -> dict[str, Any]:
    script = client.get("/sw.js").content.decode()
    match = re.search(r"^const RELEASE = (\{.*\});$", script, re.M)
    assert match is not None
    release: dict[str, Any] = json.loads(match[1])
    return release


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stranger_and_a_guard_get_the_same_bytes(client: Client, cast: Any, language: str) -> None:
    stranger = client.get(f"/m/{language}/")
    client.force_login(cast.guard)
    guard = client.get(f"/m/{language}/")
    assert stranger.status_code == guard.status_code == 200
    assert stranger.content == guard.content
    assert cast.guard.name not in guard.content.decode()
    assert "csrf" not in guard.content.decode().lower()
    assert not stranger.cookies
    assert guard.headers["Cache-Control"] == "no-cache"


def test_only_the_import_map_is_inline_and_the_policy_names_it_by_its_hash(client: Client) -> None:
    response = client.get("/m/en/")
    html = response.content.decode()
    inline = re.findall(r"<script(?![^>]*\bsrc=)([^>]*)>(.*?)</script>", html, re.S)
    assert [attributes.strip() for attributes, _text in inline] == ['type="importmap"']
    digest = b64encode(sha256(inline[0][1].encode()).digest()).decode()
    policy = response.headers["Content-Security-Policy"]
    assert f"'sha256-{digest}'" in policy
    assert "'wasm-unsafe-eval'" in policy
    assert "unsafe-inline" not in policy
    assert not re.search(r"\sstyle=|<style|\son\w+=", html)


def test_pages_beside_the_phone_page_may_not_compile_wasm(client: Client) -> None:
    assert "wasm" not in client.get("/accounts/login/").headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        ("en-GB", "en"),
        ("zh-CN,zh;q=0.9", "zh-hans"),
        ("zh-HK,zh;q=0.9", "zh-hant"),
        ("yue-HK", "zh-hant"),
        ("fr", "en"),
    ],
)
def test_the_short_address_leads_to_the_readers_language(client: Client, accept: str, language: str) -> None:
    response = client.get("/m/", headers={"accept-language": accept})
    assert response.status_code == 302
    assert response.headers["Location"] == f"/m/{language}/"


def test_a_label_opened_with_any_camera_leads_to_its_point(client: Client, cast: Any) -> None:
    for person in (None, cast.guard):
        if person is not None:
            client.force_login(person)
        response = client.get(f"/c/{TOKEN}", headers={"accept-language": "zh-CN"})
        assert response.headers["Location"] == f"/m/zh-hans/#/point/{TOKEN}"


@pytest.mark.parametrize("path", ["/c/a/b", "/c/%0d%0aSet-Cookie:x", "/c/<script>", "/c/" + "x" * 300])
def test_what_is_no_label_is_not_found(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_an_unknown_language_leads_to_the_readers_own(client: Client) -> None:
    assert client.get("/m/klingon/").headers["Location"] == "/m/"


def test_the_worker_keeps_every_file_the_shells_ask_for(client: Client) -> None:
    release = release_of(client)
    kept = {*release["files"], *release["later"]}
    for address in release["shells"].values():
        html = client.get(address).content.decode()
        asked = set(re.findall(r'(?:href|src|data-texts|data-wasm)="(/(?:static|i18n)/[^"]+)"', html))
        assert asked <= kept, asked - kept
    assert set(release["shells"]) == set(LANGUAGES)


def test_every_kept_file_exists_and_the_whole_is_small(client: Client) -> None:
    release = release_of(client)
    weight = 0
    for url in release["files"]:
        body = client.get(url).content if url.startswith("/i18n/") else static_bytes(url)
        assert body
        weight += len(body if url.endswith(".png") else gzip.compress(body))
    assert weight <= 170_000, weight
    for url in release["later"]:
        assert static_bytes(url)[:4] == b"\x00asm"


def test_a_release_is_named_by_its_content(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    before = release_of(client)["id"]
    assert release_of(client)["id"] == before
    monkeypatch.setattr(phone, "texts", lambda language: f'{{"catalog":{{"x":"{language}"}}}}'.encode())
    assert phone._release().id != before


def test_the_worker_stands_at_the_root_and_is_asked_for_anew(client: Client) -> None:
    response = client.get("/sw.js")
    assert response.headers["Content-Type"].startswith("text/javascript")
    assert response.headers["Cache-Control"] == "no-cache"


def test_the_manifest_offers_icons_of_the_stated_sizes(client: Client) -> None:
    response = client.get("/m/manifest.webmanifest")
    assert response.headers["Content-Type"] == "application/manifest+json"
    manifest = response.json()
    assert manifest["start_url"] == "/m/"
    assert manifest["scope"] == "/"
    purposes = set()
    for icon in manifest["icons"]:
        body = static_bytes(icon["src"])
        purposes.add(icon.get("purpose"))
        if icon["type"] == "image/png":
            with Image.open(BytesIO(body)) as picture:
                assert f"{picture.width}x{picture.height}" == icon["sizes"]
    assert {"any", "maskable"} <= purposes
    for shortcut in manifest["shortcuts"]:
        assert resolve(shortcut["url"].split("#")[0]).url_name == "phone"


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_are_kept_for_ever_under_their_hash_only(client: Client, language: str) -> None:
    address = phone.texts_url(language)
    response = client.get(address)
    assert response.json()["language"] == language
    assert "immutable" in response.headers["Cache-Control"]
    stale = client.get(f"/i18n/000000000000/{language}.json")
    assert stale.content == response.content
    assert stale.headers["Cache-Control"] == "no-cache"


def test_texts_of_an_unknown_language_are_not_found(client: Client) -> None:
    assert client.get("/i18n/0/xx.json").status_code == 404


def test_only_reading_is_offered(client: Client) -> None:
    for address in ("/m/", "/m/en/", "/sw.js", "/m/manifest.webmanifest", f"/c/{TOKEN}"):
        assert client.post(address).status_code == 405


def test_every_icon_the_scripts_draw_is_in_the_shell(client: Client) -> None:
    drawn = set()
    for script in SCRIPTS.rglob("*.js"):
        drawn |= set(re.findall(r"""(?:icon|empty|say)\((?:"\w+", )?"([a-z0-9-]+)\"""", script.read_text()))
    html = client.get("/m/en/").content.decode()
    there = set(re.findall(r'data-icon="([^"]+)"', html))
    assert drawn - {"danger"} <= there, drawn - there


def test_scripts_set_no_style_attribute_and_never_evaluate() -> None:
    for script in SCRIPTS.rglob("*.js"):
        text = script.read_text()
        assert not re.search(r"\sstyle=|styleMap|\beval\(|new Function|\bon[a-z]+=", text), script.name


def test_every_language_says_its_own_name_in_the_shell(client: Client, cast: Any) -> None:
    person: Person = cast.guard
    html = client.get("/m/zh-hans/").content.decode()
    assert '<html lang="zh-Hans">' in html
    for _code, name in settings.LANGUAGES:
        assert name in html
    assert person.staff_number not in html
