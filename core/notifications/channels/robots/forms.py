"""The form of a group robot."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.models import Robot, RobotVendor
from core.notifications.channels.robots.managing import kinds_to_choose
from core.outgoing.forms import EndpointForm

RANKS = [("", _("All")), ("1", _("Only P1")), ("2", _("P1 and P2")), ("3", _("P1 to P3"))]


class RobotForm(EndpointForm):
    """Which group, what it is told. Address and secret are only written, never shown."""

    model = Robot

    vendor = forms.ChoiceField(label=_("Vendor"), choices=RobotVendor.choices)
    address = forms.CharField(
        label=_("Webhook address"),
        max_length=2000,
        widget=forms.PasswordInput(render_value=True, attrs={"autocomplete": "off"}),
        help_text=_("Copied from the robot's page in the group. Who knows it can write to the group."),
    )
    secret = forms.CharField(
        label=_("Signing secret"),
        required=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("DingTalk and Feishu: if the robot's security setting is a signature."),
    )
    forget_secret = forms.BooleanField(label=_("Remove the stored secret"), required=False)
    kinds = forms.MultipleChoiceField(
        label=_("Tells"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: everything in this list, also what is added later."),
    )
    least_rank = forms.TypedChoiceField(
        label=_("Priorities"), required=False, choices=RANKS, coerce=int, empty_value=None,
        help_text=_("Notices without a priority, such as missed rounds, are always told."),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language"), choices=settings.SITE_LANGUAGES)

    field_order = (
        "name",
        "vendor",
        "address",
        "secret",
        "forget_secret",
        "site",
        "kinds",
        "least_rank",
        "language",
    )

    def __init__(self, *args: Any, user: Any, endpoint: Robot | None = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, endpoint=endpoint, **kwargs)
        self.fields["kinds"].choices = kinds_to_choose()  # type: ignore[attr-defined]  # a MultipleChoiceField
        if endpoint is None:
            del self.fields["forget_secret"]
            self.initial["language"] = getattr(user.company, "language", settings.LANGUAGE_CODE)
            return
        self.fields["address"].required = False
        self.fields["address"].help_text = _("Stored, ending in %(hint)s. Leave empty to keep it.") % {
            "hint": endpoint.hint
        }
        if endpoint.sealed_secret:
            self.fields["secret"].help_text = _("Stored. Leave empty to keep it.")
        else:
            del self.fields["forget_secret"]
        for name in ("vendor", "kinds", "least_rank", "language"):
            self.initial[name] = getattr(endpoint, name)
