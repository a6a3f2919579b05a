"""Alarms in the API: read them, take one up, say what it was. How devices send theirs stands in docs/alarms.md."""

from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.problems import Conflict
from core.api.viewsets import PolicyModelSerializer, PolicyViewMixin
from core.idempotency.api import IdempotentMixin
from incidents.models import Alarm, AlarmNature, CaseKind, FalseReason, Priority
from incidents.services import alarm_handling
from incidents.services.alarm_handling import NewCase, SettledAlready

FIELDS = (
    "id",
    "site",
    "source",
    "code",
    "device",
    "severity",
    "title",
    "zone",
    "first_at",
    "last_at",
    "received_at",
    "count",
    "repeats",
    "state",
    "acknowledged_at",
    "acknowledged_by",
    "resolved_at",
    "resolved_by",
    "case",
    "false_reason",
    "nature",
    "note",
    "ended_at",
)


class AlarmSerializer(PolicyModelSerializer[Alarm]):
    """An alarm: messages of a source that belong together."""

    false_reason = serializers.CharField(read_only=True, help_text="Why it was false; empty when it was not.")
    nature = serializers.CharField(read_only=True, help_text="Of alarms of fire panels; empty elsewhere.")

    class Meta:
        model = Alarm
        fields = FIELDS
        read_only_fields = FIELDS


class AlarmFilter(django_filters.FilterSet):  # type: ignore[misc]  # ships no types
    """By site, source, state, severity and time."""

    site = django_filters.NumberFilter(field_name="site_id", min_value=0, max_value=2**63 - 1)
    source = django_filters.NumberFilter(field_name="source_id", min_value=0, max_value=2**63 - 1)
    first_from = django_filters.IsoDateTimeFilter(field_name="first_at", lookup_expr="gte")
    first_before = django_filters.IsoDateTimeFilter(field_name="first_at", lookup_expr="lt")

    class Meta:
        model = Alarm
        fields = ("state", "severity")


class LatestFirst(CursorPagination):
    """The latest first."""

    ordering = ("-first_at", "-pk")
    page_size_query_param = "page_size"
    max_page_size = 200


class MakeCaseSerializer(serializers.Serializer[Any]):
    """The case that is made of it; without a title it is called as the alarm is."""

    kind = serializers.ChoiceField(choices=CaseKind.choices, default=CaseKind.INCIDENT)
    title = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    category = serializers.CharField(max_length=20, required=False, allow_blank=True, default="")
    subcategory = serializers.CharField(max_length=20, required=False, allow_blank=True, default="")
    priority = serializers.ChoiceField(choices=Priority.choices, default=Priority.P2)
    description = serializers.CharField(max_length=10_000, required=False, allow_blank=True, default="")


class AddToCaseSerializer(serializers.Serializer[Any]):
    """The case it belongs to."""

    case = serializers.IntegerField(min_value=1, max_value=2**63 - 1)


class CallFalseSerializer(serializers.Serializer[Any]):
    """Why the device called although there was nothing."""

    reason = serializers.ChoiceField(choices=FalseReason.choices)
    note = serializers.CharField(max_length=10_000, required=False, allow_blank=True, default="")


class SettleSerializer(serializers.Serializer[Any]):
    """What it was and what was done; of a fire panel with its nature."""

    note = serializers.CharField(max_length=10_000)
    nature = serializers.ChoiceField(
        choices=AlarmNature.choices, required=False, allow_blank=True, default=""
    )


class AlarmSettled(Conflict):
    """409: somebody has said what it was already."""

    default_code = "settled"


class AlarmViewSet(
    IdempotentMixin,
    PolicyViewMixin[Alarm],
    mixins.RetrieveModelMixin,
    mixins.ListModelMixin,
    viewsets.GenericViewSet[Alarm],
):
    """Alarms: read, take up, make a case, add to a case, call false, settle."""

    queryset = Alarm.objects.all()
    serializer_class = AlarmSerializer
    filterset_class = AlarmFilter
    pagination_class = LatestFirst
    policy_actions = {"add_to_case": "settle", "call_false": "settle"}

    @extend_schema(request=None, responses=AlarmSerializer)
    @action(detail=True, methods=["post"])
    def acknowledge(self, request: Request, pk: str) -> Response:
        """Say "I am looking"; repeating it changes nothing."""
        return self._act(alarm_handling.acknowledge_alarm, None)

    @extend_schema(request=MakeCaseSerializer, responses=AlarmSerializer)
    @action(detail=True, methods=["post"], url_path="case", url_name="case")
    def make_case(self, request: Request, pk: str) -> Response:
        """Open a case of it."""
        alarm = self.get_object()
        given = self._given(MakeCaseSerializer)
        given["title"] = given["title"].strip() or alarm.title
        return self._act(alarm_handling.make_case, {"given": NewCase(**given)})

    @extend_schema(request=AddToCaseSerializer, responses=AlarmSerializer)
    @action(detail=True, methods=["post"], url_path="add", url_name="add")
    def add_to_case(self, request: Request, pk: str) -> Response:
        """Say that it belongs to an open case of its site."""
        self.get_object()
        return self._act(alarm_handling.add_to_case, {"case_id": self._given(AddToCaseSerializer)["case"]})

    @extend_schema(request=CallFalseSerializer, responses=AlarmSerializer)
    @action(detail=True, methods=["post"], url_path="false", url_name="false")
    def call_false(self, request: Request, pk: str) -> Response:
        """Say that there was nothing, and why the device called."""
        self.get_object()
        return self._act(alarm_handling.call_false, self._given(CallFalseSerializer))

    @extend_schema(request=SettleSerializer, responses=AlarmSerializer)
    @action(detail=True, methods=["post"])
    def settle(self, request: Request, pk: str) -> Response:
        """Say what it was and what was done, where no case is needed."""
        self.get_object()
        return self._act(alarm_handling.settle_alarm, self._given(SettleSerializer))

    def _given(self, shape: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        serializer = shape(data=self.request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def _act(self, service: Any, values: dict[str, Any] | None) -> Response:
        alarm = self.get_object()
        try:
            service(user=self.request.user, alarm_id=alarm.pk, **(values or {}))
        except SettledAlready as settled:
            raise AlarmSettled(settled.messages[0]) from settled
        alarm.refresh_from_db()
        return Response(AlarmSerializer(alarm, context=self.get_serializer_context()).data)
