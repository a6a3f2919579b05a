"""Forms of what people set about the clocks."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.widgets import TimeInput
from incidents.categories import category_choices
from incidents.models import (
    CaseKind,
    ElasticRule,
    EscalationPolicy,
    LimitRule,
    Priority,
)
from incidents.models.limits import LONGEST_MINUTES
from incidents.services.clock_rules import StepGiven
from organization.models import Person, Role, Site

_UNITS = {"minutes": 1, "hours": 60, "days": 1440}
_UNIT_CHOICES = [("minutes", _("minutes")), ("hours", _("hours")), ("days", _("days"))]
_ANY = ("", _("any"))
SITE, COMPANY = "site", "company"
#: Steps a policy may have.
MOST_STEPS = 5


def split_minutes(minutes: int) -> tuple[int, str]:
    """A number of minutes in the largest unit it fills."""
    for unit in ("days", "hours"):
        if minutes and minutes % _UNITS[unit] == 0:
            return minutes // _UNITS[unit], unit
    return minutes, "minutes"


class ScopedForm(forms.Form):
    """Says for which site, or for the whole company; only what the person may set is offered."""

    scope = forms.ChoiceField(label=_("Holds for"))

    def __init__(self, *args: Any, site: Site | None, may_company: bool, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_new:
            del self.fields["scope"]
            return
        choices: list[tuple[str, Any]] = [(SITE, site.name)] if site is not None else []
        if may_company:
            choices.append((COMPANY, _("Every site of the company")))
        self.fields["scope"].choices = choices  # type: ignore[attr-defined]


class LimitRuleForm(ScopedForm):
    """A limit: what it applies to, how long, when to warn, when it runs, what it rests on."""

    kind = forms.ChoiceField(label=_("Kind"), choices=[_ANY, *CaseKind.choices], required=False)
    category = forms.ChoiceField(label=_("Category"), required=False)
    priority = forms.ChoiceField(label=_("Priority"), choices=[_ANY, *Priority.choices], required=False)
    amount = forms.IntegerField(label=_("Within"), min_value=1, max_value=LONGEST_MINUTES)
    unit = forms.ChoiceField(label=_("Unit"), choices=_UNIT_CHOICES)
    warn_minutes = forms.IntegerField(
        label=_("Warn before (minutes)"),
        min_value=0,
        max_value=LONGEST_MINUTES,
        required=False,
        help_text=_("0: without warning."),
    )
    basis = forms.CharField(
        label=_("Basis"), max_length=200, required=False, help_text=_("Contract, law or house rule.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= forms.fields_for_model(LimitRule, ("aspect", "trait", "calendar"))
        known = {choice for kind in CaseKind.values for choice in category_choices(kind)}
        self.fields["category"].choices = [_ANY, *sorted(known, key=lambda one: one[0])]  # type: ignore[attr-defined]
        self.order_fields(("scope", "aspect", "kind", "category", "trait", "priority"))

    def clean(self) -> dict[str, Any]:
        """Minutes from amount and unit; a warning lies within them."""
        data = super().clean() or self.cleaned_data
        if "amount" in data and "unit" in data:
            data["minutes"] = data["amount"] * _UNITS[data["unit"]]
            if data["minutes"] > LONGEST_MINUTES:
                self.add_error("amount", _("At most one year."))
            if (data.get("warn_minutes") or 0) > data["minutes"]:
                self.add_error("warn_minutes", _("The warning lies before the limit begins."))
        return data

    def values(self) -> dict[str, Any]:
        """The fields of the rule."""
        names = ("aspect", "kind", "category", "trait", "priority", "minutes", "calendar", "basis")
        return {name: self.cleaned_data[name] for name in names} | {
            "warn_minutes": self.cleaned_data["warn_minutes"] or 0
        }


class ElasticRuleForm(ScopedForm):
    """When a limit is longer, by how much, and the reason that is shown."""

    priorities = forms.MultipleChoiceField(
        label=_("Priorities"),
        choices=Priority,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all."),
    )
    night_from = forms.TimeField(
        label=_("Night from"), widget=TimeInput, help_text=_("Site time; only for “at night”.")
    )
    night_until = forms.TimeField(label=_("Night until"), widget=TimeInput, help_text=_("Site time."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = ("condition", "reason", "stretches", "factor", "extra_minutes")
        self.fields |= forms.fields_for_model(ElasticRule, (*first, "at_least", "within_minutes"))
        self.order_fields(("scope", *first))

    def values(self) -> dict[str, Any]:
        """The fields of the rule."""
        return {name: value for name, value in self.cleaned_data.items() if name != "scope"}


class PolicyForm(ScopedForm):
    """An escalation policy with up to five steps; a step without delay, roles and people is left out."""

    kinds = forms.MultipleChoiceField(
        label=_("Kinds"),
        choices=CaseKind,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all."),
    )
    priorities = forms.MultipleChoiceField(
        label=_("Priorities"),
        choices=Priority,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all."),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = ("name", "minimum_level", "repeat", "repeat_after")
        self.fields |= forms.fields_for_model(EscalationPolicy, own)
        self.order_fields(("scope", "name", "kinds", "priorities", *own[1:]))
        people = Person.objects.visible_to(user).filter(is_active=True, company_id=user.company_id)
        shown = people.order_by("name", "pk")
        for number in range(1, MOST_STEPS + 1):
            self.fields[f"delay{number}"] = forms.IntegerField(
                label=_("Step %(number)s: after minutes") % {"number": number},
                min_value=0,
                max_value=10_080,
                required=number == 1,
                help_text=_("After the limit; further steps: after the step before. Empty: no such step."),
            )
            self.fields[f"roles{number}"] = forms.MultipleChoiceField(
                label=_("Step %(number)s: roles") % {"number": number},
                choices=Role.choices,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
            self.fields[f"people{number}"] = forms.ModelMultipleChoiceField(
                label=_("Step %(number)s: people") % {"number": number}, queryset=shown, required=False
            )

    def clean(self) -> dict[str, Any]:
        """A step with a delay tells somebody; one that tells somebody has a delay."""
        data = super().clean() or self.cleaned_data
        for number in range(1, MOST_STEPS + 1):
            tells = bool(data.get(f"roles{number}") or data.get(f"people{number}"))
            delayed = data.get(f"delay{number}") is not None
            if delayed and not tells:
                self.add_error(f"roles{number}", _("Choose a role or a person."))
            if tells and not delayed and f"delay{number}" not in self.errors:
                self.add_error(f"delay{number}", _("After how many minutes?"))
        return data

    def steps(self) -> Iterator[StepGiven]:
        """The steps that were filled in."""
        for number in range(1, MOST_STEPS + 1):
            delay = self.cleaned_data.get(f"delay{number}")
            if delay is not None:
                people = tuple(self.cleaned_data[f"people{number}"])
                yield StepGiven(delay, tuple(self.cleaned_data[f"roles{number}"]), people)

    def values(self) -> dict[str, Any]:
        """The fields of the policy itself."""
        names = ("name", "kinds", "priorities", "minimum_level", "repeat", "repeat_after")
        return {name: self.cleaned_data[name] for name in names}
