"""The household register, to read."""

from typing import Any

import django_filters
from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core import policies
from core.api.viewsets import PolicyModelSerializer, PolicyReadOnlyViewSet
from organization.models import Household, Resident
from organization.services.households import see_phones


class ResidentSerializer(serializers.ModelSerializer[Resident]):
    """Somebody of a unit; `phone` is empty unless it was asked for and the role may see it."""

    phone = serializers.SerializerMethodField()

    #: "" when nobody has said which
    language = serializers.CharField(read_only=True)

    class Meta:
        model = Resident
        fields = ("id", "name", "kind", "language", "purpose", "phone")
        read_only_fields = fields

    def get_phone(self, resident: Resident) -> str:
        """The telephone number, where the request may show it."""
        return resident.phone if self.context.get("shows_phones") else ""


class HouseholdSerializer(PolicyModelSerializer[Household]):
    """A unit with the residents the person may see."""

    residents = ResidentSerializer(many=True, read_only=True)

    class Meta:
        model = Household
        fields = ("id", "site", "building", "code", "floor", "kind", "is_active", "residents")
        read_only_fields = fields


class HouseholdFilter(django_filters.FilterSet):  # type: ignore[misc]  # ships no types
    """By site, building, unit and use. A foreign site is as unknown as a missing one."""

    site = django_filters.NumberFilter(field_name="site_id", min_value=0, max_value=2**63 - 1)
    building = django_filters.NumberFilter(field_name="building_id", min_value=0, max_value=2**63 - 1)
    code = django_filters.CharFilter()

    class Meta:
        model = Household
        fields = ("kind", "is_active")


class HouseholdViewSet(PolicyReadOnlyViewSet[Household]):
    """Units of the sites one works at. Lists never hold telephone numbers."""

    queryset = Household.objects.order_by("pk")
    serializer_class = HouseholdSerializer
    filterset_class = HouseholdFilter

    def get_queryset(self) -> QuerySet[Household]:
        """With the residents the person may see."""
        known = policies.visible(self.request.user, Resident.objects.known())
        return super().get_queryset().select_related("site").prefetch_related(Prefetch("residents", known))

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "phones",
                bool,
                description="Show telephone numbers. The look is recorded; 403 without the right.",
            )
        ]
    )
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One unit; with `?phones=true` its residents' telephone numbers."""
        household = self.get_object()
        shows_phones = request.query_params.get("phones") in {"true", "1"}
        if shows_phones:
            see_phones(actor=request.user, household=household)
        context = {**self.get_serializer_context(), "shows_phones": shows_phones}
        return Response(HouseholdSerializer(household, context=context).data)
