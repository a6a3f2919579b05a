"""People with browsers of their own, in Chinese: at a desk or with a phone in the hand, steering cases by what the page offers."""

import re
from collections.abc import Iterable

from django.test import Client
from playwright.sync_api import Browser, Locator, Page, expect

from incidents.models import Case
from organization.models import Person
from tests.browser import DESK, PHONE, Complaints, sign_in, too_wide

CASE = re.compile(r"/cases/\d+/$")


class People:
    """A signed-in page per person and size; what scripts and policies complain of is kept."""

    def __init__(self, desk: Browser, port: int) -> None:
        self.desk, self.base = desk, f"http://localhost:{port}"
        self.complaints = Complaints()
        self._pages: dict[tuple[int, bool], Page] = {}

    def page(self, person: Person, *, on_phone: bool = False) -> Page:
        """This person's browser."""
        key = (person.pk, on_phone)
        if key not in self._pages:
            context = self.desk.new_context(
                viewport=PHONE if on_phone else DESK, locale="zh-CN", base_url=self.base, has_touch=on_phone
            )
            page = context.new_page()
            self.complaints.watch(page)
            sign_in(page, Client(), person, self.base)
            self._pages[key] = page
        return self._pages[key]

    def take(self, person: Person, case: Case, step: str, *, on_phone: bool = False, **values: str) -> Page:
        """Take a step by its Chinese name on the case's page: fill what it asks for, send, and stand on the case again."""
        page = self.page(person, on_phone=on_phone)
        page.goto(f"/cases/{case.pk}/")
        page.locator(".case-path").get_by_role("link", name=step, exact=True).click()
        return self._send(page, values)

    def act(self, person: Person, case: Case, act: str, *, on_phone: bool = False, **values: str) -> Page:
        """Do something beside the steps: a button, or a link to a form."""
        page = self.page(person, on_phone=on_phone)
        page.goto(f"/cases/{case.pk}/")
        card = page.locator(".case-acts")
        if values:
            card.get_by_role("link", name=act, exact=True).click()
            return self._send(page, values)
        card.get_by_role("button", name=act, exact=True).click()
        expect(page).to_have_url(CASE)
        return page

    def offers(self, person: Person, case: Case) -> list[str]:
        """The steps the page of the case offers to this person."""
        page = self.page(person)
        page.goto(f"/cases/{case.pk}/")
        return [text.strip() for text in page.locator(".case-path a.btn").all_inner_texts()]

    def state(self, person: Person, case: Case) -> str:
        """Where the page says that the case stands."""
        page = self.page(person)
        page.goto(f"/cases/{case.pk}/")
        return page.locator(".subtitle .badge").first.inner_text().strip()

    def _send(self, page: Page, values: dict[str, str]) -> Page:
        page.wait_for_selector("main form.form")
        for name, value in values.items():
            fill(page.locator(f"main [name='{name}']"), value)
        assert too_wide(page) == []
        page.locator("main form.form .form-buttons button[type=submit]").first.click()
        expect(page).to_have_url(CASE)
        return page


def fill(field: Locator, value: str) -> None:
    """Whatever kind of field it is."""
    kind = field.first.evaluate("element => element.type")
    if kind == "radio":
        field.and_(field.page.locator(f"[value='{value}']")).check()
    elif kind == "checkbox":
        field.set_checked(value == "yes")
    elif kind == "select-one":
        field.select_option(value)
    else:
        field.fill(value)


def said(page: Page, words: Iterable[str]) -> None:
    """The timeline has these lines, in this order."""
    text = page.locator(".timeline").inner_text()
    places = [text.find(word) for word in words]
    assert -1 not in places, (list(words), text)
    assert places == sorted(places), (list(words), text)
