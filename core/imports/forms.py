"""The form that takes a file."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import navigation
from core.imports.declaring import Importer


class ImportForm(forms.Form):
    """A file and the site its rows belong to."""

    site = forms.TypedChoiceField(label=_("Site"), coerce=int)
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "XLSX or CSV, at most 20,000 rows in 10 MB. Nothing is written until you have seen the check."
        ),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )

    def __init__(self, *args: Any, user: Any, importer: Importer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sites = [site for site in navigation.user_sites(user) if importer.allowed(user, site)]
        self.sites = {site.pk: site for site in sites}
        self.fields["site"].choices = [(site.pk, site.name) for site in sites]  # type: ignore[attr-defined]
