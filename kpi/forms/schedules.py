"""The form of a schedule of monthly reports."""

from typing import Any

from django import forms
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from core import policies
from kpi.models import MonthlyReport, ReportSchedule
from organization.access import OVERSIGHT, people_holding, sites_of
from organization.models import Person, Site

#: Mail addresses of one schedule.
MOST_ADDRESSES = 50


class AddressesField(forms.CharField):
    """Mail addresses, one a line; each once, in the order given."""

    widget = forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        """A list as lines."""
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        """A list of addresses. Raises ValidationError naming the first that is none."""
        found = list(dict.fromkeys(super().clean(value).split()))
        if len(found) > MOST_ADDRESSES:
            raise forms.ValidationError(_("At most %(number)s addresses.") % {"number": MOST_ADDRESSES})
        for address in found:
            try:
                validate_email(address)
            except forms.ValidationError as error:
                raise forms.ValidationError(
                    _("“%(address)s” is no mail address.") % {"address": address}
                ) from error
        return found


class ScheduleForm(forms.ModelForm[ReportSchedule]):
    """To whom a report goes. Its site is chosen once; it stays there."""

    addresses = AddressesField(
        label=_("Mail addresses"),
        required=False,
        max_length=4_000,
        help_text=_("Of those without an account, one a line. They get the edition for the owners."),
    )

    class Meta:
        model = ReportSchedule
        fields = (
            "site", "name", "edition", "language", "with_pdf", "with_xlsx", "people", "addresses", "sending", "is_active",
        )  # fmt: skip

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_new = self.instance._state.adding
        people: Any = self.fields["people"]
        if is_new:
            self._offer_sites(user)
            people.queryset = policies.visible(user, Person.objects.filter(is_active=True)).order_by("name")
            del self.fields["is_active"]
            return
        del self.fields["site"]
        people.queryset = self._readers().order_by("name")

    def _offer_sites(self, user: Any) -> None:
        """Sites whose schedules the person keeps; nothing chosen means the company, for those who keep its."""
        site: Any = self.fields["site"]
        mine = [one for one in sites_of(user) if policies.allowed(user, "add", ReportSchedule, parent=one)]
        site.queryset = Site.objects.filter(pk__in=[one.pk for one in mine]).order_by("code")
        keeps_company = policies.allowed(user, "add", ReportSchedule, parent=self.instance.company)
        site.required = not keeps_company
        site.empty_label = _("All sites of the company") if keeps_company else "—"

    def _readers(self) -> Any:
        """Those who may read the report here."""
        site = self.instance.site
        if site is not None:
            return people_holding(OVERSIGHT, site)
        return Person.objects.filter(company=self.instance.company, is_active=True)

    def clean_people(self) -> Any:
        """Only those who may read the report. Raises ValidationError naming who may not."""
        chosen = list(self.cleaned_data["people"])
        site = self.cleaned_data.get("site") if "site" in self.fields else self.instance.site
        place = site if site is not None else self.instance.company
        for person in chosen:
            if not policies.allowed(person, "view", MonthlyReport, parent=place):
                raise forms.ValidationError(_("%(name)s may not read this report.") % {"name": person.name})
        return chosen
