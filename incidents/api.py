"""Cases in the API: the same services and policies as the pages. A write names the version it has seen."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.viewsets import PolicyModelSerializer, PolicyViewMixin, VisibleRelatedField
from core.idempotency.api import IdempotentMixin
from core.ids import uuid7
from incidents.models import Case, CaseEntry, CaseKind, Priority
from incidents.services import handling, opening
from organization.models import Person, Site, Zone

LARGEST = 2**31 - 1


class SeenOther(exceptions.APIException):
    """412: the case is no longer as it was when it was read."""

    status_code = 412
    default_code = "stale"
    default_detail = _("Somebody changed this case meanwhile; read it again.")


class EntrySerializer(serializers.ModelSerializer[CaseEntry]):
    """A line of the timeline."""

    class Meta:
        model = CaseEntry
        fields = ("id", "kind", "at", "actor", "text")
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
    "title",
    "description",
    "place",
    "latitude",
    "longitude",
    "occurred_at",
    "reported_at",
    "due_at",
    "resolved_at",
    "reported_by",
    "assigned_to",
    "resolved_by",
    "resolution",
    "version",
)


class CaseSerializer(PolicyModelSerializer[Case]):
    """A case. `version` goes up with every change; a write must name the one it has seen."""

    class Meta:
        model = Case
        fields: tuple[str, ...] = FIELDS
        read_only_fields: tuple[str, ...] = FIELDS


class CaseDetailSerializer(CaseSerializer):
    """With its timeline."""

    entries = EntrySerializer(many=True, read_only=True)

    class Meta(CaseSerializer.Meta):
        fields = (*FIELDS, "entries")
        read_only_fields = (*FIELDS, "entries")


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


class ResolveSerializer(SeenSerializer):
    """How it was settled."""

    resolution = serializers.CharField(max_length=10_000)


class ReopenSerializer(SeenSerializer):
    """Why it is open again."""

    reason = serializers.CharField(max_length=10_000)


class AssignSerializer(SeenSerializer):
    """Who settles it, until when."""

    person = VisibleRelatedField(queryset=Person.objects.all(), allow_null=True)
    due_at = serializers.DateTimeField(required=False, allow_null=True)


class NoteSerializer(serializers.Serializer[Any]):
    """A line for the timeline."""

    text = serializers.CharField(max_length=10_000)


class CaseFilter(django_filters.FilterSet):  # type: ignore[misc]  # ships no types
    """By site, kind, status, priority and times. A foreign site is as unknown as a missing one."""

    site = django_filters.NumberFilter(field_name="site_id", min_value=0, max_value=2**63 - 1)
    reported_from = django_filters.IsoDateTimeFilter(field_name="reported_at", lookup_expr="gte")
    reported_before = django_filters.IsoDateTimeFilter(field_name="reported_at", lookup_expr="lt")
    due_before = django_filters.IsoDateTimeFilter(field_name="due_at", lookup_expr="lt")

    class Meta:
        model = Case
        fields = ("kind", "status", "priority")


class LatestReported(CursorPagination):
    """Latest report first."""

    ordering = ("-reported_at", "-pk")
    page_size_query_param = "page_size"
    max_page_size = 200


class CaseViewSet(
    IdempotentMixin,
    PolicyViewMixin[Case],
    mixins.RetrieveModelMixin,
    mixins.ListModelMixin,
    viewsets.GenericViewSet[Case],
):
    """Cases: read, open, settle, reopen, assign, note."""

    queryset = Case.objects.all()
    serializer_class = CaseSerializer
    filterset_class = CaseFilter
    pagination_class = LatestReported
    policy_actions = {"resolve": "resolve", "reopen": "reopen", "assign": "change", "note": "note"}

    def get_serializer_class(self) -> Any:
        """The timeline comes with one case only."""
        return CaseSerializer if self.action == "list" else CaseDetailSerializer

    def get_queryset(self) -> Any:
        """With the timeline where it is shown."""
        rows = super().get_queryset()
        return rows if self.action == "list" else rows.prefetch_related("entries")

    @extend_schema(request=OpenSerializer, responses={201: CaseDetailSerializer})
    def create(self, request: Request) -> Response:
        """Open a case."""
        given = self._given(OpenSerializer)
        operation_id = given.pop("operation_id", None) or uuid7()
        opened = opening.open_from_desk(user=request.user, operation_id=operation_id, **given)  # type: ignore[arg-type]
        if (
            not opened.created
            and not Case.objects.visible_to(request.user).filter(pk=opened.case.pk).exists()
        ):
            raise exceptions.NotFound
        return self._answer(opened.case, status=201 if opened.created else 200)

    @extend_schema(request=ResolveSerializer, responses=CaseDetailSerializer)
    @action(detail=True, methods=["post"])
    def resolve(self, request: Request, pk: str) -> Response:
        """Settle an open case."""
        return self._act(handling.resolve_case, ResolveSerializer)

    @extend_schema(request=ReopenSerializer, responses=CaseDetailSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> Response:
        """Open a resolved case again."""
        return self._act(handling.reopen_case, ReopenSerializer)

    @extend_schema(request=AssignSerializer, responses=CaseDetailSerializer)
    @action(detail=True, methods=["post"])
    def assign(self, request: Request, pk: str) -> Response:
        """Say who settles it and until when."""
        return self._act(handling.assign_case, AssignSerializer)

    @extend_schema(request=NoteSerializer, responses=CaseDetailSerializer)
    @action(detail=True, methods=["post"])
    def note(self, request: Request, pk: str) -> Response:
        """Add a line, whatever the state."""
        return self._act(handling.add_note, NoteSerializer)

    def _act(self, service: Any, shape: type[serializers.Serializer[Any]]) -> Response:
        case = self.get_object()
        given = self._given(shape)
        try:
            service(user=self.request.user, case_id=case.pk, **given)
        except handling.StaleCase as stale:
            raise SeenOther from stale
        return self._answer(case)

    def _given(self, shape: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        serializer = shape(data=self.request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def _answer(self, case: Case, status: int = 200) -> Response:
        row = Case.objects.prefetch_related("entries").get(pk=case.pk)
        return Response(CaseDetailSerializer(row, context=self.get_serializer_context()).data, status=status)
