"""The generic list view."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.core.paginator import EmptyPage
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views import View
from django_tables2.rows import BoundRow

from core import audit, navigation, policies
from core.context_processors import frame_of
from core.downloads import FORMATS
from core.listing import export, saved
from core.listing.keyset import PARAMETERS, Latest
from core.listing.paging import Pages

#: parameters that are not filters
FRAME_PARAMETERS = saved.NOT_SAVED | {"sort"}
LAST_PAGE = 100_000
LONGEST_SEARCH = 200


@dataclass(frozen=True)
class Empty:
    """What an empty list says: what this is for and what to do first."""

    title: Any
    text: Any = ""
    url_name: str = ""
    label: Any = ""
    #: who sees the button (None: everybody)
    permission: Callable[[Any], bool] | None = None

    def shown_to(self, user: Any) -> dict[str, Any]:
        """For the template: title, text, url, label."""
        may = bool(self.url_name) and (self.permission is None or self.permission(user))
        return {
            "title": self.title,
            "text": self.text,
            "url": reverse(self.url_name) if may else "",
            "label": self.label,
        }


class ListPage(View):
    """A list of the rows a person may see. Declare what it shows; see docs/frontend.md."""

    model: ClassVar[Any]
    table_class: ClassVar[Any]
    filterset_class: ClassVar[Any] = None
    title: ClassVar[Any] = ""
    icon: ClassVar[str] = "inbox"
    #: ORM paths searched by ``?q=``; empty: no search box
    search_fields: ClassVar[Any] = ()
    #: what is searched for is about people who are nobody's colleagues, and stays out of the record of exports
    private_search: ClassVar[bool] = False
    #: ORM path of the site, to follow the site switcher; empty: not by site
    site_path: ClassVar[str] = ""
    empty: ClassVar[Empty] = Empty(title=_("Nothing here yet"))
    per_page: ClassVar[int] = 50
    #: the instant the list is ordered by, latest first, when nobody asks for another order: then its pages are read
    #: from where the last one ended, however deep, instead of by number
    keyset: ClassVar[Latest | None] = None
    #: file name of exports; empty: no export
    export_name: ClassVar[str] = ""
    #: may people save views of it?
    is_savable: ClassVar[bool] = True
    template_name: ClassVar[str] = "components/list_page.html"

    def get_queryset(self) -> QuerySet[Any]:
        """All rows, with what the table needs (select_related). Visibility is applied afterwards."""
        rows: QuerySet[Any] = self.model._default_manager.all()
        return rows

    def may_open(self) -> bool:
        """May this person open the list at all? False answers 403."""
        return True

    def get_context(self) -> dict[str, Any]:
        """More context for the template."""
        return {}

    def matches(self, word: str) -> Q:
        """Which rows a word of the search finds: by default those with it in one of the search fields."""
        found = Q()
        for path in self.search_fields:
            found |= Q(**{f"{path}__icontains": word})
        return found

    def get_title(self) -> Any:
        """The page's title."""
        return self.title or self.model._meta.verbose_name_plural

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The page, or with ``?export=`` the file."""
        if not self.may_open():
            raise PermissionDenied
        form = request.GET.get("export", "")
        if form not in FORMATS or not self.export_name:
            form = ""
        shelf = saved.Shelf(request) if self.is_savable and not form else None
        if shelf is not None and (opening := shelf.opening):
            return HttpResponseRedirect(opening)
        filterset = self._filterset(self._searched(self._visible()))
        # Given a request, the table would page itself with COUNT.
        table = self.table_class(
            filterset.qs if filterset is not None else self._searched(self._visible()),
            order_by=request.GET.getlist("sort")[:5] or None,
        )
        table.request, table.shell = request, frame_of(request)
        if not form and self.site_path in table.columns and len(navigation.user_sites(request.user)) == 1:
            table.columns.hide(self.site_path)  # it would say the same in every row
        if form:
            return self._export(table, form)
        self._paginate(table)
        context = self._context(table, filterset)
        if shelf is not None:
            context |= {"saved": shelf, "clear_url": shelf.everything}
        return TemplateResponse(request, self.template_name, context)

    # --- rows ---------------------------------------------------------------------------------

    def _visible(self) -> QuerySet[Any]:
        rows = policies.visible(self.request.user, self.get_queryset())
        site = navigation.current_site(self.request) if self.site_path else None
        return rows.filter(**{self.site_path: site.pk}) if site is not None else rows

    def _searched(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        for word in self._search_text().split():
            rows = rows.filter(self.matches(word))
        return rows

    def _search_text(self) -> str:
        if not self.search_fields:
            return ""
        return self.request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH]

    def _filterset(self, rows: QuerySet[Any]) -> Any:
        if self.filterset_class is None:
            return None
        return self.filterset_class(data=self.request.GET, queryset=rows, request=self.request)

    def _paginate(self, table: Any) -> None:
        if self.keyset is not None and not table.order_by:
            page, table.keyset = self.keyset.page(table.data.data, self.request.GET, self.per_page)
            page.object_list = [BoundRow(row, table=table) for row in page.object_list]
            table.page = page
            return
        try:
            number = min(max(int(self.request.GET.get("page", "1")), 1), LAST_PAGE)
        except ValueError:
            number = 1
        try:
            table.paginate(paginator_class=Pages, page=number, per_page=self.per_page)
        except EmptyPage:
            table.paginate(paginator_class=Pages, page=1, per_page=self.per_page)

    # --- answers ------------------------------------------------------------------------------

    def _context(self, table: Any, filterset: Any) -> dict[str, Any]:
        return {
            "page_title": self.get_title(),
            "page_icon": self.icon,
            "table": table,
            "filter": filterset,
            "search": self._search_text() if self.search_fields else None,
            "folded": getattr(self.filterset_class, "folded", ()),
            "is_unfolded": any(
                self.request.GET.get(name) for name in getattr(self.filterset_class, "folded", ())
            ),
            "sort": self.request.GET.get("sort", ""),
            "has_rows": bool(table.page.object_list),
            "is_filtered": bool(self._filters()),
            "empty": self.empty.shown_to(self.request.user),
            "export_urls": self._export_urls(),
            "clear_url": self.request.path,
            **self.get_context(),
        }

    def _filters(self, *, recorded: bool = False) -> str:
        """The filters of this address in words, "" for none; `recorded` leaves out what the record must not hold."""
        left_out = FRAME_PARAMETERS | {"q"} if recorded and self.private_search else FRAME_PARAMETERS
        given = [
            f"{name}={value}"
            for name, values in self.request.GET.lists()
            for value in values
            if value and name not in left_out
        ]
        return ", ".join(given)

    def _export_urls(self) -> list[tuple[str, str]]:
        if not self.export_name:
            return []
        urls = []
        for form in FORMATS:
            query = self.request.GET.copy()
            for name in ("page", *PARAMETERS):
                query.pop(name, None)
            query["export"] = form
            urls.append((form.upper(), f"?{query.urlencode()}"))
        return urls

    def _export(self, table: Any, form: str) -> HttpResponseBase:
        site = navigation.current_site(self.request)
        audit.record(
            "core.list_exported",
            actor=self.request.user,
            site=site,
            details={"list": self.export_name, "format": form, "filters": self._filters(recorded=True)},
        )
        return export.respond(
            table,
            form=form,
            name=self.export_name,
            title=self.get_title(),
            zone=ZoneInfo(table.shell.zone),
            filters=self._filters(),
        )
