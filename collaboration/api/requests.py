"""Requests between departments in the API. A write names the version it has seen."""

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
from collaboration.models import CollaborationRequest, RequestEntry, RequestKind, Urgency
from collaboration.services import requesting
from core.api.viewsets import PolicyModelSerializer, VisibleRelatedField
from core.idempotency.api import IdempotentMixin
from core.ids import uuid7
from organization.models import Department, Site


class RequestEntrySerializer(serializers.ModelSerializer[RequestEntry]):
    """A line of the timeline."""

    class Meta:
        model = RequestEntry
        fields = ("id", "kind", "at", "actor", "text")
        read_only_fields = fields


FIELDS: tuple[str, ...] = (
    "id", "number", "site", "title", "description", "kind", "urgency", "status", "source", "from_department",
    "to_department", "to_party", "due_at", "answer_by", "submitted_at", "submitted_by", "answered_at", "answered_by",
    "decline_reason", "started_at", "started_by", "delivered_at", "delivered_by", "delivery", "returned_at",
    "returned_by", "return_reason", "confirmed_at", "confirmed_by", "version",
)  # fmt: skip


class RequestSerializer(PolicyModelSerializer[CollaborationRequest]):
    """A request. `version` goes up with every change; a write must name the one it has seen."""

    source = serializers.SerializerMethodField()  # type: ignore[assignment]  # a field of that name

    class Meta:
        model = CollaborationRequest
        fields: tuple[str, ...] = FIELDS
        read_only_fields: tuple[str, ...] = FIELDS

    def get_source(self, row: CollaborationRequest) -> str:
        """The record it came from, as "incidents.case:12"; empty for none."""
        return source_key(row)


class RequestDetailSerializer(RequestSerializer):
    """With its timeline."""

    entries = RequestEntrySerializer(many=True, read_only=True)

    class Meta(RequestSerializer.Meta):
        fields = (*FIELDS, "entries")
        read_only_fields = (*FIELDS, "entries")


class SubmitSerializer(serializers.Serializer[Any]):
    """A new request, to a department or by name to somebody outside.

    With `operation_id` the same one is made once, however often this is sent.
    """

    site = VisibleRelatedField(queryset=Site.objects.all())
    title = serializers.CharField(max_length=200)
    description = serializers.CharField(max_length=LONGEST_TEXT, required=False, allow_blank=True)
    kind = serializers.ChoiceField(choices=RequestKind.choices, required=False)
    urgency = serializers.ChoiceField(choices=Urgency.choices, required=False)
    from_department = VisibleRelatedField(queryset=Department.objects.all())
    to_department = VisibleRelatedField(queryset=Department.objects.all(), required=False, allow_null=True)
    to_party = serializers.CharField(max_length=120, required=False, allow_blank=True)
    due_at = serializers.DateTimeField()
    source = SourceField()  # type: ignore[assignment]  # a field of that name
    operation_id = serializers.UUIDField(required=False)


class DeliverSerializer(SeenSerializer):
    """What was delivered."""

    delivery = serializers.CharField(max_length=LONGEST_TEXT)


class RequestApiFilter(django_filters.FilterSet):  # type: ignore[misc]  # ships no types
    """By site, kind, status, department and due time. A foreign site is as unknown as a missing one."""

    site = django_filters.NumberFilter(field_name="site_id", min_value=0, max_value=2**63 - 1)
    to_department = django_filters.NumberFilter(
        field_name="to_department_id", min_value=0, max_value=2**63 - 1
    )
    due_from = django_filters.IsoDateTimeFilter(field_name="due_at", lookup_expr="gte")
    due_before = django_filters.IsoDateTimeFilter(field_name="due_at", lookup_expr="lt")

    class Meta:
        model = CollaborationRequest
        fields = ("kind", "status", "urgency")


class RequestViewSet(
    IdempotentMixin,
    ActingViewSet,
    mixins.RetrieveModelMixin,
    mixins.ListModelMixin,
    viewsets.GenericViewSet[CollaborationRequest],
):
    """Requests between departments: read, submit, and everything that happens to them."""

    queryset = CollaborationRequest.objects.all()
    serializer_class = RequestSerializer
    detail_serializer = RequestDetailSerializer
    filterset_class = RequestApiFilter
    pagination_class = EarliestDue
    key_name = "request_id"
    policy_actions = {
        "accept": "answer",
        "decline": "answer",
        "start": "answer",
        "deliver": "answer",
        "confirm": "judge",
        "send_back": "judge",
    }

    def get_serializer_class(self) -> Any:
        """The timeline comes with one request only."""
        return RequestSerializer if self.action == "list" else RequestDetailSerializer

    def get_queryset(self) -> Any:
        """With the timeline where it is shown."""
        rows = super().get_queryset()
        return rows if self.action == "list" else rows.prefetch_related("entries")

    @extend_schema(request=SubmitSerializer, responses={201: RequestDetailSerializer})
    def create(self, request: Request) -> Response:
        """Ask another department, or somebody outside."""
        given = with_source(request.user, self.given(SubmitSerializer))
        operation_id = given.pop("operation_id", None) or uuid7()
        made = requesting.submit_request(user=request.user, operation_id=operation_id, **given)  # type: ignore[arg-type]
        return self.answer(made.request.pk, status=201 if made.created else 200)

    @extend_schema(request=NoteSerializer, responses=RequestDetailSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        """Say that it will be done."""
        return self.perform(requesting.accept_request, NoteSerializer)

    @extend_schema(request=ReasonSerializer, responses=RequestDetailSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, pk: str) -> Response:
        """Say that it will not be done, and why."""
        return self.perform(requesting.decline_request, ReasonSerializer)

    @extend_schema(request=SeenSerializer, responses=RequestDetailSerializer)
    @action(detail=True, methods=["post"])
    def start(self, request: Request, pk: str) -> Response:
        """Begin the work."""
        return self.perform(requesting.start_request, SeenSerializer)

    @extend_schema(request=DeliverSerializer, responses=RequestDetailSerializer)
    @action(detail=True, methods=["post"])
    def deliver(self, request: Request, pk: str) -> Response:
        """Deliver."""
        return self.perform(requesting.deliver_request, DeliverSerializer)

    @extend_schema(request=NoteSerializer, responses=RequestDetailSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> Response:
        """Confirm what was delivered."""
        return self.perform(requesting.confirm_request, NoteSerializer)

    @extend_schema(request=ReasonSerializer, responses=RequestDetailSerializer)
    @action(detail=True, methods=["post"], url_path="return", url_name="return")
    def send_back(self, request: Request, pk: str) -> Response:
        """Send back what was delivered."""
        return self.perform(requesting.return_request, ReasonSerializer)
