"""A rule in the API: the JSON of `rule_json`, with faults under the names of its fields."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.recurrence.errors import RuleError
from core.recurrence.rule import Rule
from core.recurrence.rule_json import rule_from_json, rule_to_json

if TYPE_CHECKING:
    _Base = serializers.Field[Rule, Any, dict[str, Any], Any]
else:
    _Base = serializers.Field  # takes no type arguments at run time


@extend_schema_field(OpenApiTypes.OBJECT)
class RuleField(_Base):
    """Reads and writes a recurrence rule."""

    def to_internal_value(self, data: Any) -> Rule:
        """The rule; raises ValidationError with a message list for each faulty field."""
        try:
            return rule_from_json(data)
        except RuleError as error:
            raise serializers.ValidationError(dict(error.texts())) from error

    def to_representation(self, value: Rule | Mapping[str, Any]) -> dict[str, Any]:
        """The rule's JSON."""
        return rule_to_json(value if isinstance(value, Rule) else rule_from_json(value))
