"""The frame of the desk: error pages, sign-in pages, languages, navigation by permission."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from core import navigation
from core.navigation import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.urls_frame")]


def text(response: Any) -> str:
    """What the page says."""
    return str(response.content.decode())


def test_a_missing_page_says_so_in_words(client: Client, cast: Any) -> None:
    client.force_login(cast.guard)
    response = client.get("/nothing/here/")
    assert response.status_code == 404
    assert "Nothing here" in text(response)
    assert "UNDEFINED" not in text(response)


def test_a_refusal_is_a_page_too(client: Client, cast: Any) -> None:
    client.force_login(cast.supervisor)
    response = client.get("/closed/")
    assert response.status_code == 403
    assert "Your role does not allow this" in text(response)


def test_a_failure_shows_the_number_of_the_request(cast: Any) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(cast.guard)
    response = client.get("/broken/", headers={"X-Request-ID": "abc123"})
    assert response.status_code == 500
    assert "abc123" in text(response)
    assert "RuntimeError" not in text(response)


def test_programs_get_problem_json(client: Client, cast: Any) -> None:
    client.force_login(cast.guard)
    response = client.get("/nothing/", headers={"Accept": "application/json"})
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["status"] == 404


def test_a_form_open_for_too_long_is_told_kindly(cast: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.guard)
    response = client.post("/note/", {"title": "x"})
    assert response.status_code == 403
    assert "what you typed is put back" in text(response)
    assert "data-refused" in text(response)


@pytest.mark.parametrize("path", ["login/", "password/reset/", "password/reset/done/"])
def test_sign_in_pages_need_nobody_and_keep_drafts(client: Client, path: str) -> None:
    response = client.get(f"/accounts/{path}")
    assert response.status_code == 200
    assert "data-sign-in" in text(response)
    assert "UNDEFINED" not in text(response)


def test_a_reset_mail_has_both_forms(client: Client, cast: Any, mailoutbox: Any) -> None:
    client.post("/accounts/password/reset/", {"email": cast.guard.email})
    (mail,) = mailoutbox
    assert "/accounts/password/reset/key/" in mail.body
    assert "UNDEFINED" not in mail.body + str(mail.alternatives)
    assert any("/accounts/password/reset/key/" in str(one) for one in mail.alternatives)


def test_the_language_is_chosen_before_signing_in_and_leads_back_only_to_us(client: Client) -> None:
    response = client.post("/language/", {"language": "zh-hans", "next": "https://evil.example/"})
    assert response.status_code == 302
    assert "evil" not in response.headers["Location"]
    assert 'lang="zh-hans"' in text(client.get("/accounts/login/"))


def test_an_address_from_outside_is_not_a_theme(client: Client) -> None:
    client.cookies["theme"] = '"><b>'
    assert "data-theme=" not in text(client.get("/styleguide/"))
    client.cookies["theme"] = "dark"
    assert 'data-theme="dark"' in text(client.get("/styleguide/"))


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty navigation."""
    monkeypatch.setattr(navigation, "_entries", {})
    monkeypatch.setattr(navigation, "_children", {})


def entry(key: str, **more: Any) -> Entry:
    """An entry of the list page."""
    return Entry(key, key.title(), "zones", **more)


def test_entries_stand_in_order_and_only_for_those_who_may(registry: None) -> None:
    navigation.register(entry("late", order=20))
    navigation.register(entry("early", order=10))
    navigation.register(entry("secret", permission=lambda user: user.is_boss))
    assert [link.key for link in navigation.links(SimpleNamespace(is_boss=False), "/")] == ["early", "late"]
    assert len(navigation.links(SimpleNamespace(is_boss=True), "/")) == 3


def test_the_longest_prefix_is_the_current_one(registry: None) -> None:
    navigation.register(entry("zones"))
    navigation.register(Entry("note", "Note", "set_language", prefixes=("/zones/special/",)))
    current = [link.key for link in navigation.links(SimpleNamespace(), "/zones/special/7/") if link.current]
    assert current == ["note"]


def test_a_key_is_registered_once(registry: None) -> None:
    navigation.register(entry("zones"))
    with pytest.raises(ImproperlyConfigured):
        navigation.register(entry("zones"))


def test_another_app_adds_a_link_to_a_section(registry: None) -> None:
    navigation.register(entry("zones"))
    navigation.register_child("zones", Entry("more", "More", "closed"))
    (link,) = navigation.links(SimpleNamespace(), "/closed/")
    assert link.current
    assert [child.key for child in link.children if child.current] == ["more"]
