"""Shapes of cases in the API: what is read of a case, and what each write takes."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.viewsets import PolicyModelSerializer, VisibleRelatedField
from incidents.api_clocks import (
    EscalationSerializer,
    LimitSerializer,
    PauseSerializer,
)
from incidents.api_dispatch import DispatchSerializer
from incidents.models import Case, CaseEntry, CaseKind, Priority
from incidents.selectors import panel
from incidents.selectors.resident_card import as_data, resident_card
from incidents.selectors.steps import acts_of, steps_for
from incidents.workflows import Act, Step, workflow_of
from organization.models import Person, Site, Zone

LARGEST = 2**31 - 1


class EntrySerializer(serializers.ModelSerializer[CaseEntry]):
    """A line of the timeline."""

    class Meta:
        model = CaseEntry
        fields = ("id", "kind", "code", "from_state", "to_state", "at", "actor", "text", "is_internal")
        read_only_fields = fields


FIELDS: tuple[str, ...] = (
    "id",
    "number",
    "site",
    "zone",
    "kind",
    "source",
    "priority",
    "status",
    "state",
    "category",
    "subcategory",
    "title",
    "description",
    "place",
    "latitude",
    "longitude",
    "occurred_at",
    "reported_at",
    "acknowledged_at",
    "first_reply_at",
    "arrived_at",
    "controlled_at",
    "resolved_at",
    "verified_at",
    "closed_at",
    "response_due_at",
    "due_at",
    "original_due_at",
    "paused_since",
    "paused_seconds",
    "reopened_count",
    "duplicate_of",
    "recurrence_of",
    "reported_by",
    "assigned_to",
    "resolved_by",
    "verified_by",
    "resolution",
    "cause",
    "lessons",
    "version",
)


class CaseSerializer(PolicyModelSerializer[Case]):
    """A case. `version` goes up with every change; a write must name the one it has seen."""

    class Meta:
        model = Case
        fields: tuple[str, ...] = FIELDS
        read_only_fields: tuple[str, ...] = FIELDS


class StepsSerializer(serializers.Serializer[Any]):
    """A step or act: its code, name, and the fields it demands and offers ("facts.level" is a field of its kind)."""

    code = serializers.CharField()
    name = serializers.CharField()
    demands = serializers.ListField(child=serializers.CharField())
    offers = serializers.ListField(child=serializers.CharField())


def _described(step: Step | Act) -> dict[str, Any]:
    offers = step.offers if isinstance(step, Step) else ("note",)
    return {"code": step.code, "name": str(step.label), "demands": step.demands, "offers": offers}


class CaseResidentSerializer(serializers.Serializer[Any]):
    """Who outside reported it and how they follow it. Empty texts: not known, erased, or not for this reader."""

    name = serializers.CharField()
    phone = serializers.CharField()
    email = serializers.CharField()
    unit = serializers.CharField()
    language = serializers.CharField()
    link = serializers.CharField()
    opened_at = serializers.DateTimeField(allow_null=True)
    erased_at = serializers.DateTimeField(allow_null=True)
    rating = serializers.IntegerField(allow_null=True)
    rating_text = serializers.CharField()


class CaseDetailSerializer(CaseSerializer):
    """With its timeline, the facts of its kind, and what the reader may do with it now."""

    entries = EntrySerializer(many=True, read_only=True)
    facts = serializers.SerializerMethodField()
    steps = serializers.SerializerMethodField()
    acts = serializers.SerializerMethodField()
    limits = serializers.SerializerMethodField()
    resident = serializers.SerializerMethodField()
    pauses = PauseSerializer(many=True, read_only=True)
    escalations = EscalationSerializer(many=True, read_only=True)
    dispatches = DispatchSerializer(many=True, read_only=True)

    class Meta(CaseSerializer.Meta):
        fields = (
            *FIELDS,
            "entries",
            "facts",
            "steps",
            "acts",
            "limits",
            "pauses",
            "escalations",
            "dispatches",
            "resident",
        )
        read_only_fields = fields

    @extend_schema_field(LimitSerializer(many=True))
    def get_limits(self, case: Case) -> list[dict[str, Any]]:
        """Every limit as it stands."""
        return panel.as_data(case)

    @extend_schema_field(CaseResidentSerializer(allow_null=True))
    def get_resident(self, case: Case) -> dict[str, Any] | None:
        """The resident, as far as the reader may know them; null when nobody outside reported it."""
        card = resident_card(self.context["request"].user, case)
        return as_data(card) if card is not None and card.is_known else None

    @extend_schema_field(dict[str, Any])
    def get_facts(self, case: Case) -> dict[str, Any]:
        """The fields only its kind has, by name."""
        facts = getattr(case, workflow_of(case.kind).facts)
        return {
            field.name: field.value_from_object(facts)
            for field in facts._meta.fields
            if not field.primary_key
        }

    @extend_schema_field(StepsSerializer(many=True))
    def get_steps(self, case: Case) -> list[dict[str, Any]]:
        """The steps that lead on and the reader may take, with the fields they ask for."""
        return [_described(step) for step in steps_for(self.context["request"].user, case)]

    @extend_schema_field(StepsSerializer(many=True))
    def get_acts(self, case: Case) -> list[dict[str, Any]]:
        """What can be recorded at any time."""
        return [_described(act) for act in acts_of(case)]


class OpenSerializer(serializers.Serializer[Any]):
    """A new case. With `operation_id` the same case is opened once, however often this is sent."""

    site = VisibleRelatedField(queryset=Site.objects.all())
    zone = VisibleRelatedField(queryset=Zone.objects.all(), required=False, allow_null=True)
    kind = serializers.ChoiceField(choices=CaseKind.choices)
    title = serializers.CharField(max_length=200)
    description = serializers.CharField(max_length=10_000, required=False, allow_blank=True)
    place = serializers.CharField(max_length=200, required=False, allow_blank=True)
    priority = serializers.ChoiceField(choices=Priority.choices, required=False)
    occurred_at = serializers.DateTimeField(required=False)
    due_at = serializers.DateTimeField(required=False, allow_null=True)
    operation_id = serializers.UUIDField(required=False)


class SeenSerializer(serializers.Serializer[Any]):
    """The version a write has seen."""

    version = serializers.IntegerField(min_value=1, max_value=LARGEST)


class TakeStepSerializer(SeenSerializer):
    """A step: its code and the values it asks for, by name ("cause", "facts.level"); times in the site's wall time."""

    step = serializers.CharField(max_length=30)
    values = serializers.DictField(required=False, default=dict)


class RecordActSerializer(serializers.Serializer[Any]):
    """An act: its code and the values it asks for."""

    act = serializers.CharField(max_length=30)
    values = serializers.DictField(required=False, default=dict)


class AssignSerializer(SeenSerializer):
    """Who settles it, until when."""

    person = VisibleRelatedField(queryset=Person.objects.all(), allow_null=True)
    due_at = serializers.DateTimeField(required=False, allow_null=True)


class NoteSerializer(serializers.Serializer[Any]):
    """A line for the timeline."""

    text = serializers.CharField(max_length=10_000)
    is_internal = serializers.BooleanField(required=False, default=True)


class MergeSerializer(SeenSerializer):
    """The case it is the same as."""

    original = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
