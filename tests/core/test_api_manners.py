"""Every JSON endpoint: problems, scopes, visible rows, cursors, limits."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from core import clock
from organization.models import IntegrationToken, Site, Zone
from organization.services.tokens import make_token, revoke_token
from tests.conftest import Cast
from tests.organization.factories import PASSWORD, ZoneFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.urls_platform")]

ZONES = "/api/v1/test-zones/"


@pytest.fixture
def zones(cast: Cast, site: Site, sibling_site: Site, foreign_site: Site) -> dict[str, Zone]:
    return {
        "own": ZoneFactory.create(site=site, name="Lobby"),
        "sibling": ZoneFactory.create(site=sibling_site),
        "foreign": ZoneFactory.create(site=foreign_site, name="CANARY-B-zone"),
    }


def client_of(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def problem(response: Any, status: int) -> dict[str, Any]:
    """The problem of a response of that status."""
    assert response.status_code == status, response.content
    assert response.headers["Content-Type"].startswith("application/problem+json")
    body: dict[str, Any] = response.json()
    assert body["status"] == status
    assert {"type", "title", "code"} <= set(body)
    return body


def test_strangers_get_a_problem_with_a_challenge(zones: dict[str, Zone]) -> None:
    response = Client().get(ZONES)
    assert problem(response, 401)["code"] == "not_authenticated"
    assert response.headers["WWW-Authenticate"]


def test_foreign_rows_answer_exactly_as_missing_ones(cast: Cast, zones: dict[str, Zone]) -> None:
    client = client_of(cast.supervisor)
    assert [row["name"] for row in client.get(ZONES).json()["results"]] == ["Lobby"]
    missing = client.get(f"{ZONES}999999999/")
    problem(missing, 404)
    for method in (client.get, client.delete):
        for name in ("sibling", "foreign"):
            response = method(f"{ZONES}{zones[name].pk}/")
            assert (response.status_code, response.content) == (404, missing.content)


def test_acts_beyond_ones_role_are_refused(cast: Cast, zones: dict[str, Zone], site: Site) -> None:
    client = client_of(cast.guard)
    own = f"{ZONES}{zones['own'].pk}/"
    assert client.get(own).status_code == 200
    problem(client.patch(own, {"name": "Mine"}, content_type="application/json"), 403)
    problem(client.delete(own), 403)
    problem(
        client.post(ZONES, {"site": site.pk, "code": "X", "name": "X"}, content_type="application/json"), 403
    )


def test_references_to_foreign_rows_are_unknown_ids(
    cast: Cast, zones: dict[str, Zone], foreign_site: Site, sibling_site: Site
) -> None:
    client = client_of(cast.supervisor)
    for place in (foreign_site.pk, sibling_site.pk, 999_999_999, "x", None, 2**62, {"a": 1}):
        body = {"site": place, "code": "Q1", "name": "Q"}
        assert "site" in problem(client.post(ZONES, body, content_type="application/json"), 400)["errors"]


def test_writes_work_and_constraints_answer_as_problems(
    cast: Cast, zones: dict[str, Zone], site: Site
) -> None:
    client = client_of(cast.supervisor)
    body = {"site": site.pk, "code": "Q1", "name": "Quay"}
    assert client.post(ZONES, body, content_type="application/json").status_code == 201
    assert problem(client.post(ZONES, body, content_type="application/json"), 400)["code"] == "invalid"
    assert (
        client.patch(
            f"{ZONES}{zones['own'].pk}/", {"name": "Hall"}, content_type="application/json"
        ).status_code
        == 200
    )


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nope",
        b"[]",
        b'{"name": "\\u0000"}',
        b'{"name": "\\ud800"}',
        b"\xff",
        b"[" * 100_000,
        b'{"site": 1e999}',
        b'{"n": NaN}',
    ],
)
def test_nonsense_is_a_bad_request_not_a_fault(cast: Cast, zones: dict[str, Zone], body: bytes) -> None:
    client = client_of(cast.supervisor)
    problem(client.post(ZONES, body, content_type="application/json"), 400)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("?site=%00", 400),
        ("?kind=%00x", 400),
        ("%00/", 400),
        ("?site=abc", 400),
        ("?cursor=cD1hYmM=", 404),
        ("?cursor=cD0A", 404),
        ("?cursor=cD05OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5", 200),
        ("?cursor=" + "x" * 999, 404),
        ("1e5/", 404),
        ("9" * 60 + "/", 404),
    ],
)
def test_odd_addresses_are_not_faults(cast: Cast, zones: dict[str, Zone], address: str, status: int) -> None:
    response = client_of(cast.supervisor).get(ZONES + address)
    assert response.status_code == status if status == 200 else problem(response, status)


def test_other_methods_and_formats_are_named(cast: Cast, zones: dict[str, Zone]) -> None:
    client = client_of(cast.supervisor)
    problem(client.delete(ZONES), 405)
    problem(client.post(ZONES, "a=1", content_type="text/plain"), 415)
    problem(client.get(ZONES, headers={"Accept": "image/png"}), 406)


def test_lists_are_paged_by_cursor(cast: Cast, site: Site, django_assert_max_num_queries: Any) -> None:
    ZoneFactory.create_batch(5, site=site)
    client = client_of(cast.supervisor)
    seen, url = [], f"{ZONES}?page_size=2"
    while url:
        page = client.get(url).json()
        seen += [row["id"] for row in page["results"]]
        url = page["next"]
        if len(seen) == 2:
            ZoneFactory.create(site=site)  # a row that arrives meanwhile moves nothing
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == 5


def test_a_token_reads_and_writes_within_scopes_and_time(cast: Cast, zones: dict[str, Zone]) -> None:
    token, secret = make_token(
        actor=cast.company_manager, name="parking", scopes=["organization:read"], days=7
    )
    own = f"{ZONES}{zones['own'].pk}/"
    bearer = {"Authorization": f"Bearer {secret}"}
    assert Client().get(own, headers=bearer).json()["name"] == "Lobby"
    assert Client().get(f"{ZONES}{zones['foreign'].pk}/", headers=bearer).status_code == 404
    problem(Client().patch(own, {"name": "X"}, content_type="application/json", headers=bearer), 403)
    token.refresh_from_db()
    assert token.last_used_at is not None
    assert secret not in str(IntegrationToken.objects.values())

    writer, writing = make_token(actor=cast.company_manager, name="w", scopes=["organization:write"], days=7)
    strict = Client(enforce_csrf_checks=True)
    assert (
        strict.patch(
            own,
            {"name": "Hall"},
            content_type="application/json",
            headers={"Authorization": f"Bearer {writing}"},
        ).status_code
        == 200
    )
    revoke_token(actor=cast.administrator, token=writer)
    problem(Client().get(own, headers={"Authorization": f"Bearer {writing}"}), 401)
    IntegrationToken.objects.filter(pk=token.pk).update(expires_at=clock.now() - timedelta(seconds=1))
    problem(Client().get(own, headers=bearer), 401)


def test_a_token_dies_with_its_maker_and_knows_only_its_scopes(cast: Cast, zones: dict[str, Zone]) -> None:
    _token, secret = make_token(actor=cast.company_manager, name="p", scopes=["patrols:write"], days=7)
    bearer = {"Authorization": f"Bearer {secret}"}
    problem(Client().get(ZONES, headers=bearer), 403)
    cast.company_manager.is_active = False
    cast.company_manager.save()
    problem(Client().get(ZONES, headers=bearer), 401)
    for wrong in ("Bearer", "Bearer ", "Bearer x\x00", "Bearer " + "x" * 10_000, "Basic abc"):
        assert Client().get(ZONES, headers={"Authorization": wrong}).status_code == 401


def test_only_company_wide_roles_make_tokens(cast: Cast) -> None:
    for person in (cast.guard, cast.supervisor, cast.project_manager, cast.auditor):
        with pytest.raises(PermissionDenied):
            make_token(actor=person, name="x", scopes=[], days=7)
    with pytest.raises(ValidationError):
        make_token(actor=cast.administrator, name="x", scopes=["organization:read"], days=400)


def test_the_phone_signs_in_and_out(cast: Cast) -> None:
    phone = Client(enforce_csrf_checks=True)
    csrf = problem(phone.get("/api/v1/session/"), 401)["csrf"]
    headers = {"X-CSRFToken": csrf}
    wrong = {"identifier": cast.guard.username, "password": "no"}
    assert (
        problem(phone.post("/api/v1/session/", wrong, content_type="application/json"), 403)["code"] == "csrf"
    )
    answer = phone.post("/api/v1/session/", wrong, content_type="application/json", headers=headers)
    assert problem(answer, 400)["code"] == "credentials"
    right = wrong | {"password": PASSWORD}
    signed_in = phone.post("/api/v1/session/", right, content_type="application/json", headers=headers).json()
    assert signed_in["person"]["id"] == cast.guard.pk
    assert phone.get("/api/v1/session/").json()["person"] == signed_in["person"]
    problem(phone.delete("/api/v1/session/"), 403)
    assert phone.delete("/api/v1/session/", headers={"X-CSRFToken": signed_in["csrf"]}).status_code == 204
    problem(phone.get("/api/v1/session/"), 401)


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b'{"identifier": 3}', b'{"identifier": "a\\u0000", "password": "x"}', b"\xff", b"{" * 5_000],
)
def test_nonsense_at_the_door_is_a_bad_request(db: None, body: bytes) -> None:
    problem(Client().post("/api/v1/session/", body, content_type="application/json"), 400)


def test_guessing_is_slowed_down_per_name_and_address(cast: Cast) -> None:
    phone = Client()
    wrong = {"identifier": cast.guard.username, "password": "no"}
    statuses = [
        phone.post("/api/v1/session/", wrong, content_type="application/json").status_code for _ in range(11)
    ]
    assert statuses == [400] * 10 + [429]
    elsewhere = Client(REMOTE_ADDR="10.9.8.7")
    right = wrong | {"password": PASSWORD}
    assert elsewhere.post("/api/v1/session/", right, content_type="application/json").status_code == 200


@pytest.mark.fault("F35")
def test_without_redis_scans_come_in_and_guessing_stays_limited(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(*_args: Any, **_options: Any) -> None:
        raise ConnectionError("redis is gone")

    monkeypatch.setattr(cache, "add", unreachable)
    monkeypatch.setattr(cache, "get", unreachable)
    phone = client_of(cast.guard)
    for _repetition in range(12):
        assert (
            phone.post("/api/v1/operations/", {"operations": []}, content_type="application/json").status_code
            == 200
        )
    assert phone.get(ZONES).status_code == 200
    wrong = {"identifier": "nobody-at-all", "password": "no"}
    statuses = [
        Client().post("/api/v1/session/", wrong, content_type="application/json").status_code
        for _ in range(11)
    ]
    assert statuses[-1] == 429


def test_the_description_is_valid_and_names_every_endpoint(cast: Cast) -> None:
    problem(Client().get("/api/v1/schema/?format=json"), 401)
    schema = client_of(cast.supervisor).get("/api/v1/schema/?format=json").json()
    assert {
        "/api/v1/operations/",
        "/api/v1/uploads/{sha256}/",
        "/api/v1/session/",
        "/api/v1/test-zones/",
    } <= set(schema["paths"])
    write = schema["paths"]["/api/v1/test-zones/"]["post"]
    assert any(parameter["name"] == "Idempotency-Key" for parameter in write["parameters"])
    assert "default" in write["responses"]
