"""Pages of webhooks."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from core import policies
from core.idempotency import once_per_form_key
from core.listing import Empty
from core.models import Webhook, WebhookDelivery
from core.outgoing.views import EndpointList, EndpointPage, SendingList, send_test, try_again
from core.webhooks import managing
from core.webhooks.filters import DeliveryFilter
from core.webhooks.forms import WebhookForm
from core.webhooks.tables import DeliveryTable, WebhookTable

SESSION_SECRET = "new_webhook_secret"  # noqa: S105 - the name of a session entry


class WebhookList(EndpointList):
    """The webhooks of one's sites and company; a new secret is shown once."""

    model, sending = Webhook, WebhookDelivery
    table_class = WebhookTable
    title = _("Webhooks")
    icon = "broadcast"
    template_name = "core/webhooks/webhook_list.html"
    empty = Empty(
        title=_("No webhooks yet"),
        text=_("A webhook tells another program what happens, signed, within seconds."),
        url_name="webhooks:add",
        label=_("New webhook"),
    )

    def get_context(self) -> dict[str, Any]:
        """The secret just made, this once."""
        return {"secret": self.request.session.pop(SESSION_SECRET, "")}


class WebhookLog(SendingList):
    """What was delivered, and what was not."""

    model = WebhookDelivery
    table_class = DeliveryTable
    filterset_class = DeliveryFilter
    title = _("Log of webhooks")
    icon = "broadcast"
    empty = Empty(title=_("Nothing was sent yet"), text=_("Every delivery to a webhook will stand here."))


class WebhookPage(EndpointPage):
    """Make a webhook, or change it."""

    model = Webhook
    form_class = WebhookForm
    list_url = "webhooks:list"
    template_name = "core/webhooks/webhook_form.html"
    done_message = _("Saved.")

    @property
    def heading(self) -> Any:
        """What is done."""
        return self.endpoint.name if self.endpoint is not None else _("New webhook")

    def save(self, form: WebhookForm) -> str:
        """Keep it; then the list, where a new one's secret is shown."""
        if self.endpoint is None:
            _webhook, secret = managing.add_webhook(user=self.request.user, **form.cleaned_data)
            self.request.session[SESSION_SECRET] = secret
        else:
            managing.change_webhook(user=self.request.user, webhook=self.endpoint, **form.cleaned_data)
        return reverse("webhooks:list")


@require_POST
@once_per_form_key
def change_secret(request: HttpRequest, pk: int) -> HttpResponse:
    """A new secret; the list shows it once."""
    rows = Webhook.objects.select_related("company", "site")
    webhook = policies.get_visible_or_404(request.user, rows, pk=pk)
    request.session[SESSION_SECRET] = managing.change_secret(user=request.user, webhook=webhook)
    return HttpResponseRedirect(reverse("webhooks:list"))


@require_POST
@once_per_form_key
def test(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a ping."""
    return send_test(
        request,
        Webhook,
        pk,
        lambda user, webhook: managing.test_webhook(user=user, webhook=webhook),
        ("webhooks:log", "webhooks:list"),
    )


@require_POST
@once_per_form_key
def again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Try one delivery again."""
    return try_again(request, WebhookDelivery, pk, "webhooks:log")
