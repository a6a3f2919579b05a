"""Plans in the API."""

from typing import Any

from rest_framework import serializers

from core.api.viewsets import (
    PolicyModelSerializer,
    VisibleRelatedField,
)
from core.recurrence.serializers import RuleField
from organization.models import Site
from patrols.api.resources import SiteNumbers, WriteViewSet
from patrols.models import Plan
from patrols.services import planning


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
