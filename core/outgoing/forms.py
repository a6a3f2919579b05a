"""The form of an endpoint: what robots and webhooks have in common."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from core.models import Endpoint
from core.outgoing.managing import places_for


class EndpointForm(forms.Form):
    """Name, place, and for an existing one whether it is active. `endpoint` is None for a new one."""

    model: ClassVar[type[Endpoint]]

    name = forms.CharField(label=_("Name"), max_length=80)
    site = forms.ChoiceField(label=_("Site"), required=False)
    is_active = forms.BooleanField(
        label=_("Active"),
        required=False,
        help_text=_("Switched off, nothing is sent; what waits is given up."),
    )

    def __init__(self, *args: Any, user: Any, endpoint: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.endpoint = endpoint
        whole, sites = places_for(user, self.model)
        if endpoint is not None and endpoint.site is not None and endpoint.site not in sites:
            sites.append(endpoint.site)
        self._sites = {str(site.pk): site for site in sites}
        site: Any = self.fields["site"]
        site.choices = [("", _("All sites"))] * whole + [
            (key, site.name) for key, site in self._sites.items()
        ]
        site.required = not whole
        if endpoint is None:
            del self.fields["is_active"]
        else:
            self.initial.update(name=endpoint.name, site=endpoint.site_id or "", is_active=endpoint.is_active)

    def clean_site(self) -> Any:
        """The site itself; None for all sites."""
        return self._sites.get(self.cleaned_data["site"])
