"""A rule in a model field and in the API."""

from datetime import time
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.forms import ModelForm
from django.test.utils import isolate_apps
from rest_framework import serializers

from core.recurrence import Frequency, Rule
from core.recurrence.fields import RuleField
from core.recurrence.forms import RuleField as RuleFormField
from core.recurrence.serializers import RuleField as RuleSerializerField

RULE = Rule(Frequency.DAILY, times=(time(8), time(18)))
JSON = {"frequency": "daily", "times": ["08:00", "18:00"]}


@pytest.fixture
def plan_model(db: None) -> Any:
    """A table that lives as long as the test's transaction."""
    with isolate_apps("core"):

        class Plan(models.Model):  # noqa: DJ008
            rule = RuleField("schedule", help_text="When.")
            review = RuleField(null=True, blank=True)

            class Meta:
                app_label = "core"

        with connection.schema_editor() as editor:
            editor.create_model(Plan)
        yield Plan


def test_a_model_gives_a_rule_back(plan_model: Any) -> None:
    plan = plan_model.objects.create(rule=RULE)
    plan.refresh_from_db()
    assert plan.rule == RULE
    assert plan.review is None
    assert plan_model.objects.values_list("rule", flat=True).get() == RULE
    assert plan_model.objects.values_list("rule__times", flat=True).get() == ["08:00", "18:00"]
    assert plan_model.objects.filter(rule__frequency="daily", rule=RULE).exists()


def test_a_model_takes_json_but_only_what_means_something(plan_model: Any) -> None:
    plan = plan_model.objects.create(rule=JSON)
    plan.refresh_from_db()
    assert plan.rule == RULE
    plan.full_clean()
    with pytest.raises(ValidationError, match="times: "):
        plan_model.objects.create(rule={"frequency": "daily"})
    with pytest.raises(ValidationError) as caught:
        plan_model(rule={"frequency": "daily", "times": [8], "interval": 0}).full_clean()
    assert set(caught.value.message_dict) == {"rule"}
    with pytest.raises(ValidationError):
        plan_model(rule=None).full_clean()


def test_a_model_form_edits_it(plan_model: Any) -> None:
    class PlanForm(ModelForm):
        class Meta:
            model = plan_model
            fields = ["rule", "review"]

    fields = PlanForm().fields
    assert isinstance(fields["rule"], RuleFormField)
    assert (fields["rule"].label, fields["rule"].help_text, fields["rule"].required) == (
        "Schedule",
        "When.",
        True,
    )
    assert not fields["review"].required
    sent = {
        "rule-frequency": "daily",
        "rule-mode": "times",
        "rule-times": "08:00 18:00",
        "review-frequency": "",
    }
    form = PlanForm(sent)
    assert form.is_valid(), form.errors
    plan = form.save()
    plan.refresh_from_db()
    assert (plan.rule, plan.review) == (RULE, None)


def test_the_field_survives_a_migration_and_a_fixture(plan_model: Any) -> None:
    field = plan_model._meta.get_field("rule")
    _, path, args, kwargs = field.deconstruct()
    assert path == "core.recurrence.fields.RuleField"
    assert RuleField(*args, **kwargs).deconstruct()[1:] == (path, args, kwargs)
    assert field.value_to_string(plan_model(rule=RULE)) == JSON
    assert field.to_python(JSON) == RULE


class PlanSerializer(serializers.Serializer[Any]):
    rule = RuleSerializerField()


def test_the_api_reads_and_writes_json() -> None:
    serializer = PlanSerializer(data={"rule": JSON})
    assert serializer.is_valid()
    assert serializer.validated_data["rule"] == RULE
    assert PlanSerializer({"rule": RULE}).data == {"rule": JSON}


def test_the_api_names_faulty_fields() -> None:
    serializer = PlanSerializer(data={"rule": {"frequency": "weekly", "times": ["8"]}})
    assert not serializer.is_valid()
    assert list(serializer.errors["rule"]) == ["times"]
