"""Pages of integration tokens."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from core import policies
from core.idempotency import once_per_form_key
from core.listing import Empty, ListPage
from core.pages import FormPage
from organization.forms.tokens import TokenForm
from organization.models import IntegrationToken
from organization.services import tokens
from organization.token_table import TokenTable

SESSION_SECRET = "new_token_secret"  # noqa: S105 - the name of a session entry


class TokenList(ListPage):
    """The company's tokens; a new one's secret is shown once."""

    model = IntegrationToken
    table_class = TokenTable
    title = _("Integration tokens")
    icon = "key"
    template_name = "organization/token_list.html"
    empty = Empty(
        title=_("No integration tokens yet"),
        text=_("A token lets another program read or write through the API, within limits and for a time."),
        url_name="organization:token_add",
        label=_("New token"),
    )

    def get_queryset(self) -> QuerySet[Any]:
        """With who they act for."""
        return IntegrationToken.objects.select_related("created_by").order_by("-created_at", "-pk")

    def may_open(self) -> bool:
        """Company-wide roles."""
        return policies.allowed(self.request.user, "add", IntegrationToken)

    def get_context(self) -> dict[str, Any]:
        """The secret just made, this once."""
        return {"secret": self.request.session.pop(SESSION_SECRET, "")}


class TokenAdd(FormPage):
    """Make a token."""

    form_class = TokenForm
    heading = _("New integration token")
    submit_label = _("Make the token")

    def setup_page(self) -> None:
        """Company-wide roles."""
        policies.require(self.request.user, "add", IntegrationToken)

    def save(self, form: Any) -> str:
        """Make it and go where its secret is shown."""
        _token, secret = tokens.make_token(actor=self.request.user, **form.cleaned_data)
        self.request.session[SESSION_SECRET] = secret
        return reverse("organization:tokens")

    def cancel_url(self) -> str:
        """Back to the list."""
        return reverse("organization:tokens")


@require_POST
@once_per_form_key
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End a token."""
    token = policies.get_visible_or_404(request.user, IntegrationToken, pk=pk)
    tokens.revoke_token(actor=request.user, token=token)
    return HttpResponseRedirect(reverse("organization:tokens"))
