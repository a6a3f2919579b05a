"""Points, routes, plans, rounds and scans in the API: the same services and policies as the pages."""

from typing import Any

import django_filters
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.pagination import NewestFirst
from core.api.plain import before_own_password
from core.api.viewsets import (
    PolicyModelSerializer,
    PolicyReadOnlyViewSet,
    PolicyViewMixin,
    VisibleRelatedField,
)
from core.idempotency.api import IdempotentMixin
from core.recurrence.serializers import RuleField
from organization.middleware import person_of
from organization.models import Site
from patrols.api_scans import post_scan
from patrols.models import Checkpoint, Order, Plan, Round, Route, Scan, Verdict
from patrols.services import checkpoints, planning, reviewing


class WriteViewSet(
    IdempotentMixin,
    PolicyViewMixin[Any],
    mixins.CreateModelMixin,
    mixins.RetrieveModelMixin,
    mixins.UpdateModelMixin,
    mixins.ListModelMixin,
    viewsets.GenericViewSet[Any],
):
    """List, detail, adding and changing; nothing of patrols is ever deleted."""

    http_method_names = ["get", "post", "patch", "head", "options"]


class SiteNumbers(django_filters.FilterSet):  # type: ignore[misc]  # ships no types
    """By the number of a site. A number, not a choice: a foreign site is as unknown as a missing one."""

    site = django_filters.NumberFilter(field_name="site_id", max_value=2**63 - 1, min_value=0)


class CheckpointFilter(SiteNumbers):
    """By site and use."""

    class Meta:
        model = Checkpoint
        fields = ("is_active",)


class CheckpointSerializer(PolicyModelSerializer[Checkpoint]):
    """A point. `x` and `y` are fractions of the plan's width and height from its top left corner."""

    site = VisibleRelatedField(queryset=Site.objects.all())

    class Meta:
        model = Checkpoint
        fields = (
            "id",
            "site",
            "zone",
            "building",
            "code",
            "name",
            "place",
            "floor",
            "x",
            "y",
            "latitude",
            "longitude",
            "radius_m",
            "freshness_hours",
            "checklist",
            "is_active",
            "retired_at",
        )
        read_only_fields = ("is_active", "retired_at")
        validators: list[Any] = []


class CheckpointViewSet(WriteViewSet):
    """Checkpoints."""

    queryset = Checkpoint.objects.select_related("site")
    serializer_class = CheckpointSerializer
    filterset_class = CheckpointFilter

    def perform_create(self, serializer: serializers.BaseSerializer[Any]) -> None:
        """A point with its first label."""
        serializer.instance = checkpoints.create_checkpoint(
            user=person_of(self.request), **serializer.validated_data
        )

    def perform_update(self, serializer: serializers.BaseSerializer[Any]) -> None:
        """The site of a point never changes."""
        fields = {name: value for name, value in serializer.validated_data.items() if name != "site"}
        serializer.instance = checkpoints.change_checkpoint(
            user=person_of(self.request), checkpoint=self.get_object(), **fields
        )


class RouteFilter(SiteNumbers):
    """By site and use."""

    class Meta:
        model = Route
        fields = ("is_active",)


class RouteSerializer(PolicyModelSerializer[Route]):
    """A route over points of its site, in the order given."""

    site = VisibleRelatedField(queryset=Site.objects.all())
    points = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=2**63 - 1),
        max_length=500,
        source="checkpoint_ids",
    )

    class Meta:
        model = Route
        fields = ("id", "site", "zone", "name", "order", "points", "is_active")
        validators: list[Any] = []

    def to_representation(self, instance: Route) -> dict[str, Any]:
        """With the points in their order."""
        instance.checkpoint_ids = [point.checkpoint_id for point in instance.points.all()]  # type: ignore[attr-defined]
        return super().to_representation(instance)


class RouteViewSet(WriteViewSet):
    """Routes."""

    queryset = Route.objects.select_related("site").prefetch_related("points")
    serializer_class = RouteSerializer
    filterset_class = RouteFilter

    def perform_create(self, serializer: serializers.BaseSerializer[Any]) -> None:
        """A new route."""
        fields = {name: value for name, value in serializer.validated_data.items() if name != "is_active"}
        serializer.instance = planning.create_route(user=self.request.user, **fields)  # type: ignore[arg-type]

    def perform_update(self, serializer: serializers.BaseSerializer[Any]) -> None:
        """What is not given stays."""
        route: Route = serializer.instance  # type: ignore[assignment]
        now = {
            "name": route.name,
            "order": Order(route.order).value,
            "zone": route.zone,
            "is_active": route.is_active,
            "checkpoint_ids": [point.checkpoint_id for point in route.points.all()],
        }
        given = {name: value for name, value in serializer.validated_data.items() if name != "site"}
        serializer.instance = planning.change_route(user=self.request.user, route=route, **(now | given))  # type: ignore[arg-type]


class PlanFilter(SiteNumbers):
    """By site, discipline and use."""

    class Meta:
        model = Plan
        fields = ("discipline", "is_active")


class PlanSerializer(PolicyModelSerializer[Plan]):
    """A plan that repeats a route by a rule in the site's time zone."""

    site = VisibleRelatedField(queryset=Site.objects.all())
    rule = RuleField()

    class Meta:
        model = Plan
        fields = (
            "id",
            "site",
            "route",
            "name",
            "discipline",
            "rule",
            "window_minutes",
            "grace_minutes",
            "early_minutes",
            "post",
            "person",
            "basis",
            "is_active",
        )
        validators: list[Any] = []


class PlanViewSet(WriteViewSet):
    """Patrol plans. Changing `is_active` takes a plan out of use or into use again."""

    queryset = Plan.objects.select_related("site")
    serializer_class = PlanSerializer
    filterset_class = PlanFilter

    def perform_create(self, serializer: serializers.BaseSerializer[Any]) -> None:
        """A new plan; its rounds of the next two days exist at once."""
        fields = {name: value for name, value in serializer.validated_data.items() if name != "is_active"}
        serializer.instance = planning.create_plan(user=self.request.user, **fields)  # type: ignore[arg-type]

    def perform_update(self, serializer: serializers.BaseSerializer[Any]) -> None:
        """The site of a plan never changes."""
        user: Any = self.request.user
        plan: Plan = serializer.instance  # type: ignore[assignment]
        fields = {name: value for name, value in serializer.validated_data.items() if name != "site"}
        in_use = fields.pop("is_active", plan.is_active)
        if fields:
            plan = planning.change_plan(user=user, plan=plan, **fields)
        if in_use != plan.is_active:
            plan = (planning.restart_plan if in_use else planning.end_plan)(user=user, plan=plan)
        serializer.instance = plan


class RoundFilter(SiteNumbers):
    """By site, plan, status, discipline and due time."""

    plan = django_filters.NumberFilter(field_name="plan_id", max_value=2**63 - 1, min_value=0)
    due_from = django_filters.IsoDateTimeFilter(field_name="due_start", lookup_expr="gte")
    due_before = django_filters.IsoDateTimeFilter(field_name="due_start", lookup_expr="lt")

    class Meta:
        model = Round
        fields = ("status", "discipline")


class RoundSerializer(PolicyModelSerializer[Round]):
    """A round; `visited_times` are the first visits of `visited`, in the same order."""

    class Meta:
        model = Round
        fields = (
            "id",
            "site",
            "plan",
            "route",
            "post",
            "person",
            "discipline",
            "order",
            "opens_at",
            "due_start",
            "due_end",
            "closes_at",
            "points",
            "visited",
            "visited_times",
            "visited_outside",
            "first_scan_at",
            "last_scan_at",
            "completed_at",
            "status",
            "cancel_reason",
        )
        read_only_fields = fields


class CancelSerializer(serializers.Serializer[Any]):
    """Why a round is cancelled."""

    reason = serializers.CharField(max_length=200)


class ByDue(CursorPagination):
    """Latest due first."""

    ordering = ("-due_start", "-pk")
    page_size_query_param = "page_size"
    max_page_size = 200


class RoundViewSet(IdempotentMixin, PolicyReadOnlyViewSet[Round]):
    """Rounds. They come from plans; only cancelling is possible."""

    queryset = Round.objects.all()
    serializer_class = RoundSerializer
    filterset_class = RoundFilter
    pagination_class = ByDue

    @extend_schema(request=CancelSerializer, responses=RoundSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Cancel a round that is not over."""
        round_ = self.get_object()
        given = CancelSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        done = planning.cancel_round(user=request.user, round_=round_, reason=given.validated_data["reason"])  # type: ignore[arg-type]
        return Response(self.get_serializer(done).data)


class ScanFilter(SiteNumbers):
    """By site, round, point, person, verdict, method and time."""

    round = django_filters.NumberFilter(field_name="round_id", max_value=2**63 - 1, min_value=0)
    checkpoint = django_filters.NumberFilter(field_name="checkpoint_id", max_value=2**63 - 1, min_value=0)
    person = django_filters.NumberFilter(field_name="person_id", max_value=2**63 - 1, min_value=0)
    scanned_from = django_filters.IsoDateTimeFilter(field_name="corrected_at", lookup_expr="gte")
    scanned_before = django_filters.IsoDateTimeFilter(field_name="corrected_at", lookup_expr="lt")

    class Meta:
        model = Scan
        fields = ("verdict", "method")


class ScanSerializer(PolicyModelSerializer[Scan]):
    """A scan with the verdict of the rules; a review by a person stands beside it on the round's page."""

    class Meta:
        model = Scan
        fields = (
            "id",
            "site",
            "checkpoint",
            "round",
            "person",
            "device_time",
            "offset_ms",
            "corrected_at",
            "time_trust",
            "received_at",
            "method",
            "label_serial",
            "latitude",
            "longitude",
            "accuracy_m",
            "distance_m",
            "speed_mps",
            "verdict",
            "reasons",
            "explanation",
            "device_id",
            "seq",
        )
        read_only_fields = fields


class OverruleSerializer(serializers.Serializer[Any]):
    """A supervisor's word on a scan."""

    verdict = serializers.ChoiceField(choices=Verdict.choices)
    counts = serializers.BooleanField(default=True)
    note = serializers.CharField(max_length=2000)


class ScanViewSet(IdempotentMixin, PolicyReadOnlyViewSet[Scan]):
    """Scans, newest id first."""

    queryset = Scan.objects.all()
    serializer_class = ScanSerializer
    filterset_class = ScanFilter
    pagination_class = NewestFirst

    @extend_schema(request=OverruleSerializer, responses={204: None})
    @action(detail=True, methods=["post"])
    def overrule(self, request: Request, pk: str) -> Response:
        """Set another verdict, with a note."""
        scan = self.get_object()
        given = OverruleSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        reviewing.overrule(user=request.user, scan_id=scan.pk, **given.validated_data)  # type: ignore[arg-type]
        return Response(status=204)


_scan_list = ScanViewSet.as_view({"get": "list"})


@before_own_password("POST")
@csrf_exempt
def scans(request: HttpRequest) -> HttpResponseBase:
    """POST takes the short way; the list is the viewset's."""
    if request.method == "POST":
        return post_scan(request)
    return _scan_list(request)


# What the description of the API reads of a viewset's view.
for _name in ("cls", "initkwargs", "actions"):
    setattr(scans, _name, getattr(_scan_list, _name))
