"""Whatever is put into any field of any form: an answer, never a 5xx; and what was typed comes back to be corrected.

Forms are found by walking the pages of the permission table, their fields by reading the rendered page. One seed, so
a failure repeats. Later forms join in by standing on a page.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from tests.conftest import Cast
from tests.project.crashes import crashes
from tests.project.matrix import address, body_of, entries, walker
from tests.project.page_forms import PageForm, encoded, forms_of
from tests.project.world import World, build

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.timeout(400)]

#: Requests of the whole walk (with the API's the thousand of a test run).
POSTS, GETS, SEED = 600, 150, 20_261_122
HOSTILE = {
    "nul": ["a\x00b"],
    "controls": ["a\x01\x1b[31m\x7f\r\nX-Injected: 1"],
    "surrogate": ["a\ud800b"],
    "noncharacter": ["\ufffe\uffff"],
    "long": ["長" * 34_000],
    "long number": ["9" * 5_000],
    "right to left": ["\u202egnp.exe\u202c عربى"],
    "emoji": ["👮🏽‍♀️🔥" * 20],
    "dots": ["../../../../etc/passwd"],
    "markup": ["<script>alert(1)</script>\"'{{7*7}}{%x%}"],
    "quotes": ["x'); DROP TABLE organization_zone;--"],
    "percent": ["%s%(x)s%n{0}"],
    "huge": [str(2**63)],
    "huge negative": [str(-(2**64))],
    "past smallint": ["32768"],
    "past int": ["2147483648"],
    "minus": ["-1"],
    "not a number": ["NaN"],
    "infinity": ["Infinity"],
    "exponent": ["1e400"],
    "digits of others": ["٣٤"],
    "year zero": ["0000-01-01"],
    "year one": ["0001-01-01"],
    "year 9999": ["9999-12-31"],
    "year 10000": ["10000-01-01"],
    "no such day": ["2026-02-30"],
    "time past midnight": ["24:00"],
    "end of time": ["9999-12-31T23:59:59+14:00"],
    "duplicates": ["x1", "x2", "x1"],
    "json": ['[[1,2],[3,"x"],{"a":[]}]'],
    "deep json": ["[" * 5_000],
    "object": ['{"__proto__": {"x": 1}}'],
    "uuid": ["00000000-0000-0000-0000-000000000000"],
    "blank": [" \u3000\t"],
    "empty": [""],
    "missing": [],
}
#: Values a text field keeps as they are, so that they must be on the page again.
COMES_BACK = frozenset({"right to left", "emoji", "dots", "markup", "quotes", "percent", "json"})
TEXTUAL = frozenset({"text", "textarea", "email", "tel", "number", "date", "time"})
FILES = (b"", b"\x89PNG\r\n\x1a\n" + b"\x00" * 64, b"<svg onload=alert(1)>", b"GIF89a" + b"\xff" * 900)


@dataclass(frozen=True)
class Blow:
    """One request: a form with one field spoiled."""

    who: str
    form: PageForm
    name: str
    kind: str

    @property
    def values(self) -> dict[str, list[str]]:
        """What is sent."""
        spoiled = {self.name: HOSTILE[self.kind]}
        if self.kind == "object":
            spoiled |= {f"{self.name}[]": ["x"], f"{self.name}[0][y]": ["x"]}
        return {**self.form.sent, **spoiled}

    def __str__(self) -> str:
        return f"{self.who} {self.form.method} {self.form.action} {self.name} = {self.kind}"


@pytest.fixture
def world(cast: Cast, site: Any) -> World:
    """One of everything."""
    return build(site)


@pytest.fixture
def clients(cast: Cast) -> dict[str, Client]:
    """Signed in, and a stranger."""
    made = {
        role: Client(raise_request_exception=False)
        for role in ("supervisor", "company_manager", "administrator", "auditor")
    }
    for role, client in made.items():
        client.force_login(getattr(cast, role))
    return {**made, "stranger": Client(raise_request_exception=False)}


def found(clients: dict[str, Client], world: World) -> Iterator[tuple[str, PageForm]]:
    """Every form of every page, once."""
    seen = set()
    pages = [(walker(entry), address(route, entry, world)) for route, entry in entries("get")]
    pages += [("supervisor", url) for _role, url in pages]
    pages += [("stranger", "/accounts/login/"), ("stranger", "/accounts/password/reset/")]
    for who, url in pages:
        response = clients[who].get(url)
        html = body_of(response).decode(errors="replace")
        if (
            response.status_code != 200
            or "html" not in response.headers["Content-Type"]
            or response.streaming
        ):
            continue
        for form in forms_of(url, html):
            key = (form.method, urlsplit(form.action).path, tuple(form.fields))
            if key not in seen:
                seen.add(key)
                yield who, form


def blows(forms: list[tuple[str, PageForm]], method: str, most: int) -> list[Blow]:
    """Every field at least once, then by chance up to `most`."""
    chance = random.Random(SEED)
    every = [
        [Blow(who, form, name, kind) for kind in HOSTILE]
        for who, form in forms
        if form.method == method
        for name in form.fields or [""]
    ]
    chosen = [several.pop(chance.randrange(len(several))) for several in every]
    rest = [blow for several in every for blow in several]
    return chosen + chance.sample(rest, max(0, min(most - len(chosen), len(rest))))


def strike(client: Client, blow: Blow) -> tuple[int, str]:
    """Send it, and undo whatever it did."""
    cookies = SimpleCookie(client.cookies.output(header=""))
    with transaction.atomic():
        if blow.form.method == "get":
            response = client.get(f"{urlsplit(blow.form.action).path}?{encoded(blow.values).decode()}")
        elif blow.form.is_multipart:
            data = {name: values for name, values in blow.values.items() if "\ud800" not in "".join(values)}
            number = sum(map(ord, str(blow)))
            uploads = {
                name: SimpleUploadedFile("../\u202egpj.png", FILES[number % len(FILES)])
                for name in blow.form.types
                if blow.form.types[name] == "file"
            }
            response = client.post(blow.form.action, {**data, **uploads})
        else:
            response = client.post(
                blow.form.action, encoded(blow.values), content_type="application/x-www-form-urlencoded"
            )
        body = body_of(response)
        transaction.set_rollback(True)
    client.cookies = cookies
    return response.status_code, body.decode(errors="replace")


def test_no_value_in_any_field_is_an_error_of_ours(clients: dict[str, Client], world: World) -> None:
    """0 × 5xx, and a refused form shows what was typed."""
    forms = list(found(clients, world))
    plan = blows(forms, "post", POSTS) + blows(forms, "get", GETS)
    assert len([form for _who, form in forms if form.method == "post"]) >= 40
    assert len(plan) >= POSTS
    broken, lost = [], []
    for blow in plan:
        with crashes() as crashed:
            status, body = strike(clients[blow.who], blow)
        if status >= 500:
            broken.append(f"{status}: {blow}: {crashed}")
        is_typed = blow.form.types.get(blow.name) in TEXTUAL and blow.kind in COMES_BACK
        if status == 422 and is_typed and HOSTILE[blow.kind][0] not in unescape(body):
            lost.append(str(blow))
    assert not broken, "\n".join(broken)
    assert not lost, "not shown again:\n" + "\n".join(lost)
