"""The form of a new integration token."""

from typing import Any

from django import forms
from django.apps import apps
from django.utils.module_loading import module_has_submodule
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

NOT_FOR_TOKENS = frozenset({"core", "portal"})


def scope_choices() -> list[tuple[str, Any]]:
    """Reading and writing of every app that has an API."""
    choices: list[tuple[str, Any]] = []
    for config in apps.get_app_configs():
        if (
            config.label in NOT_FOR_TOKENS
            or config.module is None
            or not module_has_submodule(config.module, "api_urls")
        ):
            continue
        choices.append((f"{config.label}:read", _("%(app)s: read") % {"app": config.verbose_name}))
        choices.append((f"{config.label}:write", _("%(app)s: read and write") % {"app": config.verbose_name}))
    return choices


class TokenForm(forms.Form):
    """What it is for, what it may do, until when."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("What uses it, for example “parking system”.")
    )
    scopes = forms.MultipleChoiceField(
        label=pgettext_lazy("what a token may do", "May"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("It never may do more than you yourself."),
    )
    days = forms.TypedChoiceField(
        label=_("Valid for"),
        coerce=int,
        initial=90,
        choices=[(7, _("7 days")), (30, _("30 days")), (90, _("90 days")), (365, _("one year"))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = scope_choices()  # type: ignore[attr-defined]  # a MultipleChoiceField
