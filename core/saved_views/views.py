"""Pages of saved views."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from core import policies
from core.idempotency import once_per_form_key
from core.listing import Empty, ListPage
from core.listing.saved import query_of
from core.models import SavedView
from core.pages import FormPage
from core.saved_views import managing
from core.saved_views.forms import SavedViewForm
from core.saved_views.tables import SavedViewTable


class SavedViewList(ListPage):
    """My views and those shared with me; with `?path=` of one list only."""

    model = SavedView
    table_class = SavedViewTable
    title = _("Saved views")
    icon = "bookmark"
    is_savable = False
    empty = Empty(
        title=_("No saved views yet"),
        text=_("Filter or sort any list and choose “Save view”: it will be one click away."),
    )

    def get_queryset(self) -> QuerySet[Any]:
        """By list and name."""
        rows = SavedView.objects.with_default_of(self.request.user).select_related("owner")
        path = self.request.GET.get("path", "").replace("\x00", "")
        return (rows.filter(path=path) if path else rows).order_by("path", "name", "pk")


class SaveView(FormPage):
    """Save what a list shows: `?path=` and `?query=` come from the list."""

    form_class = SavedViewForm
    heading = _("Save view")
    done_message = _("Saved.")

    def setup_page(self) -> None:
        """404 unless the address names a list of ours and something to save."""
        self.path = self.request.GET.get("path", "")
        self.query = query_of(QueryDict(self.request.GET.get("query", "")))
        if managing.list_at(self.path) is None or not self.query:
            raise Http404
        self.intro = managing.title_of(self.path)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Who saves."""
        return {**super().get_form_kwargs(), "user": self.request.user}

    def save(self, form: SavedViewForm) -> str:
        """Keep it; then the list as it was."""
        view = managing.save_view(
            user=self.request.user, path=self.path, query=self.query, **form.cleaned_data
        )
        return view.get_absolute_url()

    def cancel_url(self) -> str:
        """Back to the list as it was."""
        return f"{self.path}?{self.query}"


class ChangeView(FormPage):
    """Rename, share, choose; or delete."""

    form_class = SavedViewForm
    template_name = "core/saved_views/saved_view_form.html"
    done_message = _("Saved.")

    def setup_page(self) -> None:
        """One's own; of a shared one of somebody else 403."""
        rows = SavedView.objects.with_default_of(self.request.user).select_related("owner")
        self.view = policies.get_visible_or_404(self.request.user, rows, pk=self.kwargs["pk"])
        if not policies.allowed(self.request.user, "delete", self.view):
            policies.require(self.request.user, "change", self.view)
        self.heading = self.view.name
        self.intro = managing.title_of(self.view.path)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Who changes what."""
        return {**super().get_form_kwargs(), "user": self.request.user, "view": self.view}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The template must not call the view itself `view`."""
        return super().get_context_data(saved_view=self.view, **kwargs)

    def save(self, form: SavedViewForm) -> str:
        """Keep the changes; then the list."""
        view = managing.change_view(user=self.request.user, view=self.view, **form.cleaned_data)
        return view.get_absolute_url()

    def cancel_url(self) -> str:
        """Back to the list as it was saved."""
        return self.view.get_absolute_url()


@require_POST
@once_per_form_key
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a view."""
    view = policies.get_visible_or_404(request.user, SavedView, pk=pk)
    managing.delete_view(user=request.user, view=view)
    return HttpResponseRedirect(reverse("views:list"))


@require_POST
@once_per_form_key
def default(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the list with a view (`wanted=1`), or with everything again."""
    view = policies.get_visible_or_404(request.user, SavedView, pk=pk)
    managing.choose_default(user=request.user, view=view, wanted=request.POST.get("wanted") == "1")
    return HttpResponseRedirect(reverse("views:list"))
