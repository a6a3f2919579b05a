"""Action items in the API. A write names the version it has seen."""

from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from collaboration.api.linked import (
    LONGEST_TEXT,
    ActingViewSet,
    EarliestDue,
    NoteSerializer,
    ReasonSerializer,
    SeenSerializer,
    SourceField,
    source_key,
    with_source,
)
from collaboration.models import ActionEntry, ActionItem, ActionKind, Effectiveness, Extension
from collaboration.services import adding, extending, handling
from core.api.viewsets import PolicyModelSerializer, VisibleRelatedField
from core.idempotency.api import IdempotentMixin
from core.ids import uuid7
from organization.models import Department, Person, Site


class ActionEntrySerializer(serializers.ModelSerializer[ActionEntry]):
    """A line of the timeline."""

    class Meta:
        model = ActionEntry
        fields = ("id", "kind", "at", "actor", "text")
        read_only_fields = fields


class ExtensionSerializer(serializers.ModelSerializer[Extension]):
    """A request for more time and what became of it."""

    class Meta:
        model = Extension
        fields = (
            "id", "reason", "due_before", "until", "asked_at", "asked_by",
            "decision", "decided_at", "decided_by", "note",
        )  # fmt: skip
        read_only_fields = fields


FIELDS: tuple[str, ...] = (
    "id", "number", "site", "title", "description", "kind", "status", "source", "owner", "department", "verifier",
    "due_at", "original_due_at", "impact", "effort", "priority", "created_by", "created_at", "done_at", "done_by",
    "what_was_done", "verified_at", "verified_by", "verification_note", "cancelled_at", "cancel_reason",
    "effectiveness", "judged_at", "judged_by", "judgement_note", "version",
)  # fmt: skip


class ActionSerializer(PolicyModelSerializer[ActionItem]):
    """An action item. `version` goes up with every change; a write must name the one it has seen."""

    source = serializers.SerializerMethodField()  # type: ignore[assignment]  # a field of that name
    priority = serializers.IntegerField(
        read_only=True,
        allow_null=True,
        help_text="1 to 25: impact × (6 − effort); null unless both are rated.",
    )

    class Meta:
        model = ActionItem
        fields: tuple[str, ...] = FIELDS
        read_only_fields: tuple[str, ...] = FIELDS

    def get_source(self, row: ActionItem) -> str:
        """The record it came from, as "incidents.case:12"; empty for none."""
        return source_key(row)


class ActionDetailSerializer(ActionSerializer):
    """With its timeline and requests for more time."""

    entries = ActionEntrySerializer(many=True, read_only=True)
    extensions = ExtensionSerializer(many=True, read_only=True)

    class Meta(ActionSerializer.Meta):
        fields = (*FIELDS, "entries", "extensions")
        read_only_fields = (*FIELDS, "entries", "extensions")


class WhatSerializer(serializers.Serializer[Any]):
    """What is done, by whom, and who verifies it."""

    title = serializers.CharField(max_length=200)
    description = serializers.CharField(max_length=LONGEST_TEXT, required=False, allow_blank=True)
    kind = serializers.ChoiceField(choices=ActionKind.choices, required=False)
    owner = VisibleRelatedField(queryset=Person.objects.all())
    verifier = VisibleRelatedField(queryset=Person.objects.all(), required=False, allow_null=True)
    department = VisibleRelatedField(queryset=Department.objects.all(), required=False, allow_null=True)
    impact = serializers.IntegerField(min_value=1, max_value=5, required=False, allow_null=True)
    effort = serializers.IntegerField(min_value=1, max_value=5, required=False, allow_null=True)


class AddActionSerializer(WhatSerializer):
    """A new action item. With `operation_id` the same one is added once, however often this is sent."""

    site = VisibleRelatedField(queryset=Site.objects.all())
    due_at = serializers.DateTimeField()
    source = SourceField()  # type: ignore[assignment]  # a field of that name
    operation_id = serializers.UUIDField(required=False)


class ChangeActionSerializer(WhatSerializer, SeenSerializer):
    """An open item said anew; its due time changes by extension only."""


class DoneSerializer(SeenSerializer):
    """What was done."""

    what_was_done = serializers.CharField(max_length=LONGEST_TEXT)


class ExtendSerializer(ReasonSerializer):
    """Until when, and why."""

    until = serializers.DateTimeField()


class DecideSerializer(NoteSerializer):
    """Yes or no; a refusal says why."""

    approve = serializers.BooleanField()


class JudgeSerializer(SeenSerializer):
    """Did it help, and how is that known?"""

    effectiveness = serializers.ChoiceField(
        choices=[choice for choice in Effectiveness.choices if choice[0] != Effectiveness.UNKNOWN]
    )
    note = serializers.CharField(max_length=LONGEST_TEXT)


class ActionApiFilter(django_filters.FilterSet):  # type: ignore[misc]  # ships no types
    """By site, kind, status, owner and due time. A foreign site is as unknown as a missing one."""

    site = django_filters.NumberFilter(field_name="site_id", min_value=0, max_value=2**63 - 1)
    owner = django_filters.NumberFilter(field_name="owner_id", min_value=0, max_value=2**63 - 1)
    due_from = django_filters.IsoDateTimeFilter(field_name="due_at", lookup_expr="gte")
    due_before = django_filters.IsoDateTimeFilter(field_name="due_at", lookup_expr="lt")

    class Meta:
        model = ActionItem
        fields = ("kind", "status", "effectiveness")


class ActionViewSet(
    IdempotentMixin,
    ActingViewSet,
    mixins.RetrieveModelMixin,
    mixins.ListModelMixin,
    viewsets.GenericViewSet[ActionItem],
):
    """Action items: read, add, change, and everything that happens to them."""

    queryset = ActionItem.objects.all()
    serializer_class = ActionSerializer
    detail_serializer = ActionDetailSerializer
    filterset_class = ActionApiFilter
    pagination_class = EarliestDue
    key_name = "action_id"

    def get_serializer_class(self) -> Any:
        """Timeline and extensions come with one item only."""
        return ActionSerializer if self.action == "list" else ActionDetailSerializer

    def get_queryset(self) -> Any:
        """With the timeline where it is shown."""
        rows = super().get_queryset()
        return rows if self.action == "list" else rows.prefetch_related("entries", "extensions")

    @extend_schema(request=AddActionSerializer, responses={201: ActionDetailSerializer})
    def create(self, request: Request) -> Response:
        """Give somebody something to do."""
        given = with_source(request.user, self.given(AddActionSerializer))
        operation_id = given.pop("operation_id", None) or uuid7()
        added = adding.add_action(user=request.user, operation_id=operation_id, **given)  # type: ignore[arg-type]
        return self.answer(added.action.pk, status=201 if added.created else 200)

    @extend_schema(request=ChangeActionSerializer, responses=ActionDetailSerializer)
    def update(self, request: Request, pk: str) -> Response:
        """Say an open item anew: everything that is not sent becomes empty."""
        return self.perform(adding.change_action, ChangeActionSerializer)

    @extend_schema(request=DoneSerializer, responses=ActionDetailSerializer)
    @action(detail=True, methods=["post"])
    def done(self, request: Request, pk: str) -> Response:
        """Report it done."""
        return self.perform(handling.report_done, DoneSerializer)

    @extend_schema(request=NoteSerializer, responses=ActionDetailSerializer)
    @action(detail=True, methods=["post"])
    def verify(self, request: Request, pk: str) -> Response:
        """Verify what somebody else has done."""
        return self.perform(handling.verify_action, NoteSerializer)

    @extend_schema(request=ReasonSerializer, responses=ActionDetailSerializer)
    @action(detail=True, methods=["post"], url_path="return", url_name="return")
    def send_back(self, request: Request, pk: str) -> Response:
        """Verification failed: it is open again."""
        return self.perform(handling.return_action, ReasonSerializer)

    @extend_schema(request=ReasonSerializer, responses=ActionDetailSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Give it up."""
        return self.perform(handling.cancel_action, ReasonSerializer)

    @extend_schema(request=ExtendSerializer, responses=ActionDetailSerializer)
    @action(detail=True, methods=["post"])
    def extend(self, request: Request, pk: str) -> Response:
        """Ask for more time."""
        return self.perform(extending.ask_extension, ExtendSerializer)

    @extend_schema(request=DecideSerializer, responses=ActionDetailSerializer)
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, pk: str) -> Response:
        """Grant or refuse more time."""
        return self.perform(extending.decide_extension, DecideSerializer)

    @extend_schema(request=JudgeSerializer, responses=ActionDetailSerializer)
    @action(detail=True, methods=["post"])
    def judge(self, request: Request, pk: str) -> Response:
        """Say whether it helped."""
        return self.perform(handling.judge_effectiveness, JudgeSerializer)
