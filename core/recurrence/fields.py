"""A model field that keeps a rule as JSON and gives a `Rule`."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst

from core.recurrence.errors import RuleError
from core.recurrence.forms import RuleField as RuleFormField
from core.recurrence.rule import Rule
from core.recurrence.rule_json import rule_from_json, rule_to_json

_ST = TypeVar("_ST", contravariant=True)
_GT = TypeVar("_GT", covariant=True)

if TYPE_CHECKING:
    _JSONField = models.JSONField
else:

    class _JSONField(models.JSONField):
        """Lets the type arguments below stand at run time."""

        def __class_getitem__(cls, _types: object) -> type[models.JSONField]:
            return cls


class RuleField(_JSONField[_ST, _GT]):
    """A recurrence rule in a JSON column.

    Takes a `Rule` or its JSON; JSON that means nothing is refused before it is written, with a
    ValidationError that names the faulty fields. Saved rows give a `Rule`.
    """

    _pyi_private_set_type: Rule | Mapping[str, Any]
    _pyi_private_get_type: Rule

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Any:
        """The rule; a look-up of a key inside gives that part as it is."""
        data = super().from_db_value(value, expression, connection)
        return rule_from_json(data) if isinstance(data, Mapping) and "frequency" in data else data

    def to_python(self, value: Any) -> Any:
        """The rule for its JSON."""
        if value is None or isinstance(value, Rule):
            return value
        try:
            return rule_from_json(value)
        except RuleError as error:
            messages = [f"{name}: {text}" for name, texts in error.texts().items() for text in texts]
            raise ValidationError([ValidationError(message, code="rule") for message in messages]) from error

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        """What is a rule is already valid."""
        if value is None and not self.null:
            raise ValidationError(self.error_messages["null"], code="null")

    def get_prep_value(self, value: Any) -> Any:
        """JSON for the database."""
        if isinstance(value, Rule):
            return rule_to_json(value)
        if isinstance(value, Mapping):
            return rule_to_json(self.to_python(value))
        return super().get_prep_value(value)

    def value_to_string(self, obj: models.Model) -> Any:
        """JSON for fixtures."""
        return self.get_prep_value(self.value_from_object(obj))

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        """The form field that edits it part by part."""
        kwargs.setdefault("required", not self.blank)
        kwargs.setdefault("label", capfirst(self.verbose_name))
        kwargs.setdefault("help_text", self.help_text)
        if self.has_default():
            kwargs.setdefault("initial", self.get_default)
        for name in ("form_class", "choices_form_class", "encoder", "decoder"):
            kwargs.pop(name, None)
        return RuleFormField(**kwargs)
