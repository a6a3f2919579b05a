"""A write that arrives twice works once, whether it came from a program or from a form."""

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.contrib import messages
from django.db import connection, connections, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.views import View

from core.idempotency import FormKeyMixin, once_per_form_key, records
from core.models import IdempotentRequest
from organization.models import Site, Zone
from tests.conftest import Cast
from tests.organization.factories import ZoneFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.core.urls_platform")]

ZONES = "/api/v1/test-zones/"


def add(person: Any, site: Site, key: str | None = "k1", code: str = "Q1", **body: Any) -> Any:
    """Add a zone through the API."""
    client = Client()
    client.force_login(person)
    headers = {} if key is None else {"Idempotency-Key": key}
    return client.post(
        ZONES,
        {"site": site.pk, "code": code, "name": "Quay"} | body,
        content_type="application/json",
        headers=headers,
    )


def test_the_same_key_answers_the_same_without_a_second_effect(cast: Cast, site: Site) -> None:
    first, second = add(cast.supervisor, site), add(cast.supervisor, site)
    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    assert first.headers["Content-Type"] == second.headers["Content-Type"]
    assert second.headers["Idempotency-Replayed"] == "true"
    assert Zone.objects.count() == 1


def test_the_key_survives_a_new_session(cast: Cast, site: Site) -> None:
    assert add(cast.supervisor, site).content == add(cast.supervisor, site).content


def test_the_same_key_for_something_else_is_refused(cast: Cast, site: Site) -> None:
    add(cast.supervisor, site)
    other = add(cast.supervisor, site, code="Q2")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")
    assert add(cast.project_manager, site).status_code == 422
    assert Zone.objects.count() == 1


def test_keys_of_companies_are_apart(cast: Cast, site: Site, foreign_site: Site) -> None:
    assert add(cast.supervisor, site).status_code == 201
    assert add(cast.foreign_supervisor, foreign_site).status_code == 201


def test_an_error_is_not_kept(cast: Cast, site: Site) -> None:
    assert add(cast.supervisor, site, name="").status_code == 400
    assert not IdempotentRequest.objects.exists()
    assert add(cast.supervisor, site).status_code == 201


@pytest.mark.parametrize("key", ["", " ", "é", "x" * 129])
def test_a_key_that_is_none_is_a_bad_request(cast: Cast, site: Site, key: str) -> None:
    response = add(cast.supervisor, site, key=key.encode().decode("latin-1"))
    assert response.status_code == 400
    assert not Zone.objects.exists()


def test_while_the_first_runs_the_second_is_told_to_wait(cast: Cast, site: Site) -> None:
    with transaction.atomic():
        records._hold(f"{cast.supervisor.company_id}:k1", wait=True)
        answers = in_threads(2, lambda: add(cast.supervisor, site))
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(409, "in_flight")] * 2
    assert answers[0].headers["Retry-After"]
    assert add(cast.supervisor, site).status_code == 201


def in_threads(count: int, work: Callable[[], Any]) -> list[Any]:
    """`work` at the same moment in many threads, each with its own connection."""
    results: list[Any] = []
    together = threading.Barrier(count, timeout=30)

    def run() -> None:
        together.wait()
        try:
            results.append(work())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_twelve_at_once_have_one_effect(cast: Cast, site: Site) -> None:
    for n in range(5):
        answers = in_threads(12, partial(add, cast.supervisor, site, key=f"race{n}", code=f"R{n}"))
        assert {answer.status_code for answer in answers} <= {201, 409}
        assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert Zone.objects.count() == 5


# --- forms ----------------------------------------------------------------------------------------


class AddZone(FormKeyMixin, View):
    """A form as they are everywhere: errors answer the page again, success redirects."""

    site: Any = None

    def post(self, request: HttpRequest) -> HttpResponse:
        if not request.POST.get("name"):
            return HttpResponse("the form again", status=422)
        zone = ZoneFactory.create(site_id=self.site.pk, name=request.POST["name"])
        return HttpResponseRedirect(f"/zones/{zone.pk}/")


def submit(person: Any, view: Any, **fields: str) -> Any:
    """Send a form."""
    request = RequestFactory().post("/zones/add/", fields)
    request.user = person
    return view(request)


def test_a_double_click_has_one_effect_and_the_same_redirect(cast: Cast, site: Site) -> None:
    view = AddZone.as_view(site=site)
    first = submit(cast.supervisor, view, name="Pier", form_key="f1", csrfmiddlewaretoken="a")
    second = submit(cast.supervisor, view, name="Pier", form_key="f1", csrfmiddlewaretoken="b")
    assert first.headers["Location"] == second.headers["Location"]
    assert (second.status_code, Zone.objects.count()) == (302, 1)
    submit(cast.supervisor, view, name="Pier", form_key="f2")
    assert Zone.objects.count() == 2


def test_a_form_corrected_after_an_error_goes_through_with_the_same_key(cast: Cast, site: Site) -> None:
    view = AddZone.as_view(site=site)
    assert submit(cast.supervisor, view, name="", form_key="f1").status_code == 422
    assert submit(cast.supervisor, view, name="Pier", form_key="f1").status_code == 302
    assert submit(cast.supervisor, view, name="Other", form_key="f1").status_code == 302
    assert Zone.objects.count() == 2


def test_the_back_button_with_other_content_is_another_form(cast: Cast, site: Site) -> None:
    view = AddZone.as_view(site=site)
    submit(cast.supervisor, view, name="A", form_key="f1")
    submit(cast.supervisor, view, name="B", form_key="f1")
    assert Zone.objects.count() == 2


def test_two_submits_at_once_wait_for_each_other(cast: Cast, site: Site) -> None:
    view = AddZone.as_view(site=site)
    answers = in_threads(6, lambda: submit(cast.supervisor, view, name="Pier", form_key="f1"))
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert Zone.objects.count() == 1


def test_a_form_that_fails_can_be_sent_again(cast: Cast, site: Site) -> None:
    tries = []

    @once_per_form_key
    def view(request: HttpRequest) -> HttpResponse:
        ZoneFactory.create(site=site)
        tries.append(1)
        if len(tries) == 1:
            raise RuntimeError("a bug")
        return HttpResponse(status=204)

    with pytest.raises(RuntimeError):
        submit(cast.supervisor, view, form_key="f1")
    assert not Zone.objects.exists()
    assert submit(cast.supervisor, view, form_key="f1").status_code == 204
    assert submit(cast.supervisor, view, form_key="f1").status_code == 204
    assert Zone.objects.count() == 1


def test_the_tag_writes_a_new_key_each_time() -> None:
    template = Template("{% load idempotency %}{% form_key %}")
    first, second = template.render(Context()), template.render(Context())
    assert 'name="form_key"' in first
    assert first != second
    assert messages.constants.DEBUG
    assert connection.vendor == "postgresql"
