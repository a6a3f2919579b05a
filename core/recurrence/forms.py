"""A form field for editing a rule: `RuleField` cleans to a `Rule`, or to None where none is demanded."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from core.recurrence.errors import RuleError
from core.recurrence.rule import Rule
from core.recurrence.rule_json import rule_from_json
from core.recurrence.rule_parts import RuleParts


class RuleWidget(forms.Widget):
    """Plain inputs in fieldsets. Its value is a rule, or the inputs as they were sent."""

    template_name: str | None = "components/rule_field.html"
    use_fieldset = True

    class Media:
        css = {"all": ("css/rule-field.css",)}

    def value_from_datadict(
        self, data: Mapping[str, Any], files: MultiValueDict[str, Any] | Mapping[str, Any], name: str
    ) -> RuleParts:
        """The inputs, bound to what was sent."""
        return RuleParts(data, prefix=name, demanded=self.is_required)

    def value_omitted_from_data(
        self, data: Mapping[str, Any], files: MultiValueDict[str, Any] | Mapping[str, Any], name: str
    ) -> bool:
        """Whether the page had no such inputs; unticked boxes alone are no omission."""
        return not any(key.startswith(f"{name}-") for key in data)

    def id_for_label(self, id_: str) -> str:
        """A group of inputs is named by its legend, no single one by a label."""
        return ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        disabled = bool(context["widget"]["attrs"].get("disabled"))
        if isinstance(value, RuleParts):
            parts = value
        else:
            parts = RuleParts(prefix=name, rule=value, demanded=self.is_required, disabled=disabled)
        return {**context, "parts": parts}

    def format_value(self, value: Any) -> None:
        """The template shows the parts; the value as a whole has no text."""


class RuleField(forms.Field):
    """A recurrence rule, edited part by part; each fault stands beside its own input."""

    widget = RuleWidget
    default_error_messages = {
        "parts": _("Correct the marked parts of the schedule."),
        "required": _("Say when this repeats."),
    }

    def prepare_value(self, value: Any) -> Rule | RuleParts | None:
        """What the widget shows; a rule may also be given as its JSON. Raises RuleError for bad JSON."""
        if isinstance(value, Rule | RuleParts) or value is None:
            return value
        return rule_from_json(value)

    def clean(self, value: Any) -> Rule | None:
        """The rule that was entered, or None. Raises ValidationError with code "parts" or "required"."""
        rule = self._rule(value)
        if rule is None and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        self.run_validators(rule)
        return rule

    def _rule(self, value: Any) -> Rule | None:
        if isinstance(value, RuleParts):
            if not value.is_valid():
                raise ValidationError(self.error_messages["parts"], code="parts")
            return value.rule
        try:
            prepared = self.prepare_value(value)
        except RuleError as error:
            raise ValidationError(str(error), code="parts") from error
        return prepared if isinstance(prepared, Rule) else None

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether what was entered differs from the rule there was."""
        if self.disabled:
            return False
        try:
            return self._rule(data) != self._rule(initial)
        except ValidationError:
            return True
