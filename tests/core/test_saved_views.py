"""A list as somebody narrowed it is one click away: one's own, the company's, and what the list opens with."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.models import DefaultView, SavedView
from core.saved_views import managing
from tests.conftest import Cast
from tests.organization.factories import ZoneFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.urls_frame")]

QUERY = "kind=lobby&q=east&sort=-code"


@pytest.fixture
def zones(site: Any) -> None:
    """A lobby and a road."""
    ZoneFactory.create(site=site, code="L1", name="East lobby", kind="lobby")
    ZoneFactory.create(site=site, code="R1", name="West road", kind="road")


@pytest.fixture
def browser(client: Client, cast: Cast, zones: None) -> Client:
    """The supervisor's."""
    client.force_login(cast.supervisor)
    return client


def _save(user: Any, name: str = "East lobbies", **fields: Any) -> SavedView:
    return managing.save_view(user=user, path="/zones/", query=QUERY, name=name, **fields)


def _text(response: Any) -> str:
    return str(response.content.decode())


def test_what_is_shown_is_saved_under_a_name_and_stands_above_the_list(browser: Client) -> None:
    shown = browser.get("/zones/?sort=-code&q=east&kind=lobby&page=1&site=1&empty=")
    asked = urlencode({"path": "/zones/", "query": QUERY})
    assert shown.context["saved"].save_url == f"/views/add/?{asked}"
    assert f"/views/add/?{asked.replace('&', '&amp;')}" in _text(shown)
    answer = browser.post(f"/views/add/?{asked}", {"name": "East lobbies"})
    assert answer.headers["Location"] == f"/zones/?{QUERY}"
    page = _text(browser.get(f"/zones/?{QUERY}"))
    assert f'href="?{QUERY.replace("&", "&amp;")}" aria-current="page"' in page
    assert "/views/add/" not in page
    assert "East lobby" in page
    assert "West road" not in page
    everything = _text(browser.get("/zones/"))
    assert "East lobbies" in everything
    assert "West road" in everything
    assert 'href="?view=all" aria-current="page"' in everything


def test_nothing_is_offered_where_nothing_is_narrowed(browser: Client) -> None:
    page = _text(browser.get("/zones/?page=1&q="))
    assert "/views/" not in page.partition("<main")[2]


def test_a_list_opens_with_its_default_until_something_else_is_asked(browser: Client, cast: Cast) -> None:
    view = _save(cast.supervisor, is_default=True)
    opened = browser.get("/zones/")
    assert opened.headers["Location"] == f"?{QUERY}"
    assert browser.get("/zones/?site=5").headers["Location"] == f"?{QUERY}&site=5"
    for address in (
        "/zones/?view=all",
        "/zones/?q=",
        "/zones/?page=2",
        "/zones/?export=csv",
        "/zones/?kind=road",
    ):
        assert browser.get(address).status_code == 200, address
    assert 'href="/zones/?view=all"' in _text(browser.get("/zones/?q=road"))
    managing.choose_default(user=cast.supervisor, view=view, wanted=False)
    assert browser.get("/zones/").status_code == 200


def test_there_is_one_default_per_person_and_list(cast: Cast) -> None:
    _save(cast.supervisor, "One", is_default=True)
    second = _save(cast.supervisor, "Two", is_default=True)
    assert DefaultView.objects.get(person=cast.supervisor).view == second
    second.delete()
    assert not DefaultView.objects.exists()


def test_planners_share_and_colleagues_see_and_choose(browser: Client, client: Client, cast: Cast) -> None:
    shared = _save(cast.supervisor, "Shared", is_shared=True)
    _save(cast.supervisor, "Private")
    client.force_login(cast.guard)
    page = _text(client.get("/zones/"))
    assert "Shared" in page
    assert "Private" not in page
    assert client.post(f"/views/{shared.pk}/default/", {"wanted": "1"}).status_code == 302
    assert client.get("/zones/").headers["Location"] == f"?{QUERY}"
    assert client.get(f"/views/{shared.pk}/").status_code == 403
    assert client.post(f"/views/{shared.pk}/delete/").status_code == 403
    managing.change_view(user=cast.supervisor, view=shared, name="Shared", is_shared=False, is_default=False)
    assert client.get("/zones/").status_code == 200
    assert "Shared" not in _text(client.get("/zones/"))


def test_guards_keep_their_own_and_share_nothing(browser: Client, cast: Cast) -> None:
    view = _save(cast.guard)
    with pytest.raises(PermissionDenied):
        _save(cast.guard, "Mine for all", is_shared=True)
    browser.force_login(cast.guard)
    assert "is_shared" not in browser.get(f"/views/{view.pk}/").context["form"].fields
    browser.post(f"/views/{view.pk}/", {"name": "Renamed", "is_shared": "on", "is_default": "on"})
    view.refresh_from_db()
    assert (view.name, view.is_shared) == ("Renamed", False)


def test_nobody_of_another_company_and_no_colleague_reaches_a_private_one(
    browser: Client, client: Client, cast: Cast
) -> None:
    private, shared = _save(cast.supervisor, "Private"), _save(cast.supervisor, "Shared", is_shared=True)
    for person, view in (
        (cast.guard, private),
        (cast.company_manager, private),
        (cast.foreign_manager, private),
        (cast.foreign_manager, shared),
    ):
        client.force_login(person)
        assert client.get(f"/views/{view.pk}/").status_code == 404
        assert client.post(f"/views/{view.pk}/delete/").status_code == 404
        assert client.post(f"/views/{view.pk}/default/", {"wanted": "1"}).status_code == 404
        assert view.name not in _text(client.get("/views/")).partition("<main")[2]
    assert SavedView.objects.count() == 2


def test_who_leads_the_company_may_remove_what_is_shared(browser: Client, client: Client, cast: Cast) -> None:
    shared = _save(cast.supervisor, "Shared", is_shared=True)
    client.force_login(cast.company_manager)
    page = client.get(f"/views/{shared.pk}/")
    assert page.status_code == 200
    assert 'name="name"' not in _text(page)
    assert client.post(f"/views/{shared.pk}/", {"name": "Stolen"}).status_code == 403
    assert client.post(f"/views/{shared.pk}/delete/").status_code == 302
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    ("path", "query"),
    [("/note/", "q=x"), ("/nowhere/", "q=x"), ("https://evil.example/", "q=x"), ("/zones/", ""), ("/zones/", "page=3&q="),
     ("//evil.example/zones/", "q=x"), ("", "q=x"), ("/zones/\x00", "q=x")],
)  # fmt: skip
def test_only_lists_of_ours_with_something_to_save_are_saved(
    browser: Client, cast: Cast, path: str, query: str
) -> None:
    with pytest.raises(ValidationError):
        managing.save_view(user=cast.supervisor, path=path, query=query, name="X")
    assert browser.get(f"/views/add/?{urlencode({'path': path, 'query': query})}").status_code == 404


def test_hostile_parameters_stay_parameters(browser: Client, cast: Cast) -> None:
    query = urlencode({"q": '"><script>alert(1)</script>&x=1#y'})
    managing.save_view(user=cast.supervisor, path="/zones/", query=query, name="<b>bold</b>")
    page = _text(browser.get("/zones/"))
    assert "<script>alert" not in page
    assert "<b>bold" not in page
    assert f'href="?{query}"' in page


def test_a_name_is_taken_once_per_list_and_said_in_the_form(browser: Client, cast: Cast) -> None:
    _save(cast.supervisor, "Mine")
    asked = urlencode({"path": "/zones/", "query": "q=road"})
    answer = browser.post(f"/views/add/?{asked}", {"name": "Mine"})
    assert answer.status_code == 422
    assert 'value="Mine"' in _text(answer)


def test_there_is_an_end_to_views(cast: Cast) -> None:
    for number in range(managing.MOST):
        _save(cast.supervisor, f"View {number}")
    with pytest.raises(ValidationError):
        _save(cast.supervisor, "One more")


def test_views_cost_one_query_however_many_there_are(browser: Client, cast: Cast) -> None:
    browser.get("/zones/")
    with CaptureQueriesContext(connection) as none:
        browser.get("/zones/")
    for number in range(12):
        _save(cast.supervisor, f"View {number}", is_shared=number % 2 == 0)
    with CaptureQueriesContext(connection) as many:
        browser.get("/zones/")
    assert len(many) == len(none)
    assert len([query for query in many if "core_savedview" in query["sql"]]) == 1
    with CaptureQueriesContext(connection) as export:
        b"".join(browser.get("/zones/?export=csv").streaming_content)  # type: ignore[attr-defined]  # a streamed answer
    assert not [query for query in export if "core_savedview" in query["sql"]]


def test_the_list_of_views_names_the_lists_and_their_buttons(browser: Client, cast: Cast) -> None:
    _save(cast.supervisor, "Mine", is_default=True)
    _save(cast.project_manager, "Theirs", is_shared=True)
    page = _text(browser.get("/views/"))
    assert f'href="/zones/?{QUERY.replace("&", "&amp;")}">Mine' in page
    assert "Zones" in page
    assert "Theirs" in page
    assert page.partition("<main")[2].count('aria-pressed="true"') == 1
    assert "Theirs" not in _text(browser.get("/views/?path=/other/")).partition("<main")[2]
