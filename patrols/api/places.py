"""Points and routes in the API."""

from typing import Any

from rest_framework import serializers

from core.api.viewsets import (
    PolicyModelSerializer,
    VisibleRelatedField,
)
from organization.middleware import person_of
from organization.models import Site
from patrols.api.resources import SiteNumbers, WriteViewSet
from patrols.models import Checkpoint, Order, Route
from patrols.services import checkpoints, planning


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
