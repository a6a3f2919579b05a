"""The form of a webhook."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.models import Webhook
from core.outgoing.forms import EndpointForm
from core.webhooks.events import registered


class WebhookForm(EndpointForm):
    """Where it is and what it hears."""

    model = Webhook

    address = forms.CharField(
        label=_("Address"),
        max_length=2000,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
        help_text=_("Begins with https://. It must answer 2xx within 15 seconds."),
    )
    events = forms.MultipleChoiceField(label=_("Events"), widget=forms.CheckboxSelectMultiple)

    field_order = ("name", "address", "site", "events", "is_active")

    def __init__(self, *args: Any, user: Any, endpoint: Webhook | None = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, endpoint=endpoint, **kwargs)
        known = sorted(registered().values(), key=lambda event: event.name)
        events: Any = self.fields["events"]
        events.choices = [(event.name, event.title) for event in known]
        if endpoint is not None:
            self.initial.update(address=endpoint.address, events=endpoint.subscribed)
