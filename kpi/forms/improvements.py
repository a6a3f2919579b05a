"""Forms of improvement measures. A target is typed as the indicator is shown: 98 for 98 %, 30 for 30 minutes."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from collaboration.forms.actions import SCALE
from collaboration.forms.fields import SiteForm, VersionedForm, long_text
from collaboration.selectors.people import departments_at, workers_of
from core.attachments.forms import PhotosField
from core.widgets import DateInput
from kpi.indicators import Group
from kpi.models import Extent, Improvement, Origin, Severity, Verdict
from kpi.selectors.comparing import measurable
from kpi.services.improving.proposing import Draft
from kpi.units import stored, typed
from organization.models import Department, Person, Site, Zone

#: The parts of the form and their fields, in order.
PROBLEM = ("title", "problem", "severity", "extent", "zone", "origin", "said_by", "said")
MEASURE = ("measure", "owner", "department", "starts_on", "due_on", "impact", "effort")
EVIDENCE = ("indicator", "target", "cost_before", "cost_after")


def one_to_five(label: Any) -> forms.TypedChoiceField:
    """1 to 5, demanded."""
    return forms.TypedChoiceField(label=label, help_text=_("1 little … 5 much."), choices=SCALE, coerce=int)


def money(label: Any, help_text: Any = "") -> forms.DecimalField:
    """Yuan a month, or nothing."""
    return forms.DecimalField(
        label=label, help_text=help_text, required=False, min_value=0, max_digits=12, decimal_places=2
    )


def day(label: Any, **kwargs: Any) -> forms.DateField:
    """A day on the site's calendar."""
    return forms.DateField(label=label, widget=DateInput, **kwargs)


def indicator_choices() -> list[Any]:
    """Every indicator that is counted, by domain."""
    known = measurable().values()
    return [
        ("", _("None: whoever checks it says whether it helped")),
        *(
            (group.label, [(one.code, f"{one.code} {one.name}") for one in known if one.group == group])
            for group in Group
            if any(one.group == group for one in known)
        ),
    ]


class ImprovementForm(SiteForm):
    """A measure: the problem, what is done by whom until when, and how it will be known whether it helped."""

    title = forms.CharField(label=_("Title"), max_length=200)
    problem = long_text(
        _("What is the problem?"), help_text=_("What was found, how often, and what it leads to.")
    )
    severity = forms.TypedChoiceField(
        label=_("How bad is it?"), choices=Severity.choices, coerce=int, initial=Severity.MODERATE
    )
    extent = forms.ChoiceField(label=_("How far does it reach?"), choices=Extent, initial=Extent.SITE)
    zone = forms.ModelChoiceField(
        label=_("Zone"),
        queryset=Zone.objects.none(),
        required=False,
        empty_label=_("The whole site"),
        help_text=_("With a zone, before and after are counted in it alone."),
    )
    origin = forms.ChoiceField(label=_("What did it come from?"), choices=Origin, initial=Origin.OTHER)
    said_by = forms.CharField(
        label=_("Who said it?"), max_length=120, required=False, help_text=_("Of a suggestion: who made it.")
    )
    said = long_text(
        _("What was said?"),
        rows=2,
        required=False,
        help_text=_("The suggestion, decision or finding in its own words."),
    )
    measure = long_text(_("What will be done?"), rows=4)
    owner = forms.ModelChoiceField(label=_("Who sees to it?"), queryset=Person.objects.none())
    department = forms.ModelChoiceField(
        label=_("Department"), queryset=Department.objects.none(), required=False
    )
    starts_on = day(_("To begin on"))
    due_on = day(_("To be done by"))
    impact = one_to_five(_("Effect expected"))
    effort = one_to_five(_("Effort"))
    indicator = forms.ChoiceField(
        label=_("Which indicator will tell?"),
        required=False,
        help_text=_("It is compared over equal windows before it began and after it was done."),
    )
    target = forms.DecimalField(
        label=_("Target"),
        required=False,
        help_text=_("As the indicator is shown: 98 for 98 %, 30 for 30 minutes, 2 for 2 ‰."),
    )
    cost_before = money(_("Cost a month before"), _("Yuan; for example the labour this work takes now."))
    cost_after = money(_("Cost a month after"), _("Yuan; may be filled in at the check."))
    photos = PhotosField(required=False)

    def __init__(self, *args: Any, site: Site, improvement: Improvement | None = None, **kwargs: Any) -> None:
        super().__init__(*args, site=site, **kwargs)
        people = workers_of(site)
        if improvement is not None:  # who owns it keeps it, also after leaving the site
            people = (people | Person.objects.filter(pk=improvement.owner_id)).distinct()
        choices: dict[str, Any] = {
            "owner": people,
            "zone": site.zones.filter(is_active=True),
            "department": departments_at(site),
        }
        for name, rows in choices.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
        self.fields["indicator"].choices = indicator_choices()  # type: ignore[attr-defined]
        self.helper = FormHelper(self)
        parts = [Fieldset(str(_("The problem")), *PROBLEM), Fieldset(str(_("The measure")), *MEASURE)]
        rest = [name for name in self.fields if name not in (*PROBLEM, *MEASURE, *EVIDENCE)]
        parts.append(Fieldset(str(_("How it will be known")), *EVIDENCE))
        self.helper.layout = Layout(*parts, *rest)

    def clean(self) -> dict[str, Any]:
        """The target in the unit of the value."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        indicator = measurable().get(cleaned.get("indicator", ""))
        target = cleaned.get("target")
        if target is not None and indicator is not None:
            cleaned["target"] = stored(target, indicator.unit)
        return cleaned

    def draft(self) -> Draft:
        """What was typed, as the service takes it."""
        left_out = {"photos", "version"}
        return Draft(**{name: value for name, value in self.cleaned_data.items() if name not in left_out})


class ImprovementChangeForm(ImprovementForm, VersionedForm):
    """A measure said anew."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["photos"]


def initial_of(improvement: Improvement) -> dict[str, Any]:
    """A measure as the form shows it."""
    loop = improvement.current
    names = ("title", "problem", "severity", "extent", "origin", "said_by", "said", "impact", "effort")
    keys = ("zone", "owner", "department")
    found = {name: getattr(improvement, name) for name in (*names, "indicator", "cost_before", "cost_after")}
    found |= {name: getattr(improvement, f"{name}_id") for name in keys}
    found |= {name: getattr(loop, name) for name in ("measure", "starts_on", "due_on")}
    indicator = measurable().get(improvement.indicator)
    if improvement.target is not None and indicator is not None:
        found["target"] = typed(improvement.target, indicator.unit)
    return found


class BeginForm(VersionedForm):
    """Since when it is being done."""

    begun_on = day(_("Begun on"), help_text=_("The window before ends the day before."))


class DoneForm(VersionedForm):
    """What was done, and since when it is done."""

    done_on = day(_("Done on"), help_text=_("The window after begins the day after."))
    what_was_done = long_text(_("What was done"), rows=4)
    photos = PhotosField(required=False)


class CheckForm(VersionedForm):
    """What was found. Without an indicator the checker says whether it helped."""

    verdict = forms.ChoiceField(
        label=_("Did it help?"),
        choices=[choice for choice in Verdict.choices if choice[0]],
        widget=forms.RadioSelect,
    )
    conclusion = long_text(
        _("What was found, and what else changed meanwhile?"),
        rows=4,
        help_text=_(
            "A comparison of before and after is no proof of the cause: name what may have helped or hindered."
        ),
    )
    cost_after = money(_("Cost a month after"), _("Yuan."))

    def __init__(self, *args: Any, is_counted: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_counted:
            del self.fields["verdict"]


class CloseForm(VersionedForm):
    """What became the standard."""

    standard = long_text(
        _("What became the standard?"),
        rows=4,
        help_text=_("The procedure with its number and version, or what is done differently from now on."),
    )


class LoopForm(VersionedForm):
    """The plan of the next loop."""

    measure = long_text(_("What will be done differently?"), rows=4)
    starts_on = day(_("To begin on"))
    due_on = day(_("To be done by"))


class CancelForm(VersionedForm):
    """Why."""

    reason = long_text(_("Reason"))
