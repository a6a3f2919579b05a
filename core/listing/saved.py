"""The saved views of a list as its page shows them. One query a page, however many there are."""

from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from core import policies
from core.models import SavedView

#: Parameters of an address that no view keeps: where one is, not what one looks for.
NOT_SAVED = frozenset({"page", "export", "site", "view", "after", "before"})
#: `?view=all`: everything, also where the person's list opens with a view.
EVERYTHING = "all"
#: Views one page offers.
MOST = 40


def query_of(given: QueryDict) -> str:
    """Filters, search and sort of an address in a fixed order, without empty ones: equal text is an equal view."""
    pairs = [
        (name, value)
        for name in sorted(given)
        if name not in NOT_SAVED
        for value in given.getlist(name)
        if value
    ]
    return urlencode(pairs)


class Shelf:
    """The views of one list that a person may open, and which one it shows."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.query = query_of(request.GET)

    @cached_property
    def views(self) -> list[Any]:
        """By name; each knows its `url` and whether it `is_current` and `is_default`."""
        rows = policies.visible(self.request.user, SavedView.objects.filter(path=self.request.path))
        views: list[Any] = list(rows.with_default_of(self.request.user)[:MOST])  # type: ignore[attr-defined]  # a SavedViewQuerySet
        for view in views:
            view.url, view.is_current = f"?{view.query}", view.query == self.query
        return views

    @property
    def opening(self) -> str:
        """Where a plain address of the list leads: its default view; "" without one, or when something is asked."""
        if not self.request.GET.keys() <= {"site"}:
            return ""
        default = next((view for view in self.views if view.is_default), None)
        if default is None:
            return ""
        site = self.request.GET.get("site")
        return f"{default.url}&{urlencode({'site': site})}" if site else str(default.url)

    @property
    def everything(self) -> str:
        """The list without any filter."""
        has_default = any(view.is_default for view in self.views)
        return f"{self.request.path}?view={EVERYTHING}" if has_default else self.request.path

    @property
    def save_url(self) -> str:
        """Where what is shown can be saved; "" when it is everything, or saved already."""
        if not self.query or any(view.is_current for view in self.views):
            return ""
        asked = urlencode({"path": self.request.path, "query": self.query})
        return f"{reverse('views:add')}?{asked}"

    @property
    def manage_url(self) -> str:
        """Where views are renamed, shared and deleted."""
        return f"{reverse('views:list')}?{urlencode({'path': self.request.path})}"
