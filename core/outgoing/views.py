"""What the pages of robots and webhooks have in common: a list, a form, a log."""

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from core import policies
from core.listing import ListPage
from core.models import Endpoint, Sending
from core.outgoing.managing import retry
from core.pages import FormPage


class EndpointList(ListPage):
    """Endpoints with their latest delivery."""

    sending: ClassVar[type[Sending]]

    def get_queryset(self) -> QuerySet[Any]:
        """By name, each with the time of its latest delivery."""
        latest = self.sending._default_manager.filter(**{self.sending.ENDPOINT: OuterRef("pk")}).order_by(
            "-pk"
        )
        rows: QuerySet[Any] = self.model._default_manager.select_related("site")
        rows = rows.annotate(latest_at=Subquery(latest.values("created_at")[:1]))
        return rows.order_by("name", "pk")

    def may_open(self) -> bool:
        """Who manages a site or the company."""
        return policies.allowed(self.request.user, "view", self.model)


class SendingList(ListPage):
    """The log of deliveries, newest first."""

    def get_queryset(self) -> QuerySet[Any]:
        """With the endpoint."""
        name = self.model.ENDPOINT
        rows: QuerySet[Any] = self.model._default_manager.select_related(name, f"{name}__site")
        return rows.order_by("-pk")

    def may_open(self) -> bool:
        """Who manages a site or the company."""
        return policies.allowed(self.request.user, "view", self.model)


class EndpointPage(FormPage):
    """Add an endpoint, or with a key in the address change one."""

    model: ClassVar[type[Endpoint]]
    list_url: ClassVar[str]
    endpoint: Any = None

    def setup_page(self) -> None:
        """Fetch it (404); who manages may."""
        if "pk" in self.kwargs:
            rows = self.model._default_manager.select_related("site", "company")
            self.endpoint = policies.get_visible_or_404(self.request.user, rows, pk=self.kwargs["pk"])
            policies.require(self.request.user, "change", self.endpoint)
        else:
            policies.require(self.request.user, "add", self.model)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Who fills it in, and what is changed."""
        return {**super().get_form_kwargs(), "user": self.request.user, "endpoint": self.endpoint}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the endpoint, for what stands below the form."""
        return super().get_context_data(endpoint=self.endpoint, **kwargs)

    def cancel_url(self) -> str:
        """Back to the list."""
        return reverse(self.list_url)


def try_again(request: HttpRequest, model: type[Sending], pk: Any, log_url: str) -> HttpResponse:
    """Put one given-up delivery back; then the log."""
    name = model.ENDPOINT
    rows = model._default_manager.select_related(name, f"{name}__company", f"{name}__site")
    delivery = policies.get_visible_or_404(request.user, rows, pk=pk)
    if retry(user=request.user, delivery=delivery):
        messages.success(request, _("It will be tried again now."))
    return HttpResponseRedirect(reverse(log_url))


def send_test(
    request: HttpRequest, model: type[Endpoint], pk: Any, test: Any, urls: tuple[str, str]
) -> HttpResponse:
    """Call the service `test(user, endpoint)`; then the log, or the list (`urls`) with why not."""
    rows = model._default_manager.select_related("company", "site")
    endpoint = policies.get_visible_or_404(request.user, rows, pk=pk)
    try:
        test(request.user, endpoint)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return HttpResponseRedirect(reverse(urls[1]))
    messages.success(request, _("The test is on its way; this page says what came of it."))
    return HttpResponseRedirect(reverse(urls[0]))
