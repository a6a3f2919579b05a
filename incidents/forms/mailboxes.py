"""The form of a mailbox."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.models import Mailbox
from organization.access import sites_of
from organization.models import Site


class MailboxForm(forms.ModelForm[Mailbox]):
    """Where it lies and how it is opened. The password is never shown again."""

    password = forms.CharField(
        label=_("Password"),
        required=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    class Meta:
        model = Mailbox
        fields = ("site", "address", "host", "port", "security", "username", "folder", "is_active")

    field_order = (
        "site",
        "address",
        "host",
        "port",
        "security",
        "username",
        "password",
        "folder",
        "is_active",
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sites = [site.pk for site in sites_of(user)]
        self.fields["site"].queryset = Site.objects.filter(pk__in=sites).order_by("code")  # type: ignore[attr-defined]
        self.fields["site"].empty_label = "—"  # type: ignore[attr-defined]
        if self.instance._state.adding:
            if len(sites) == 1:
                self.initial["site"] = sites[0]
            self.fields["password"].required = True
        else:
            self.fields["password"].help_text = _("Leave it empty to keep the present one.")
