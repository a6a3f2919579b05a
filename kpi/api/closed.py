"""Closed months as JSON, read-only."""

import json
from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.viewsets import PolicyModelSerializer, PolicyReadOnlyViewSet
from kpi.models import ClosedMonth
from kpi.selectors.closed import DayChange, later_changes


class ClosedMonthSerializer(PolicyModelSerializer[ClosedMonth]):
    """A month whose figures were written down. `month` is its first day."""

    class Meta:
        model = ClosedMonth
        fields: tuple[str, ...] = ("id", "site", "month", "closed_by", "closed_at", "sha256")
        read_only_fields = fields


class DayChangeSerializer(serializers.Serializer[Any]):
    """A number of a day that the records tell differently now."""

    day = serializers.DateField()
    zone = serializers.SerializerMethodField()
    measure = serializers.CharField(source="code")
    frozen = serializers.FloatField()
    now = serializers.FloatField()
    frozen_mean = serializers.FloatField(allow_null=True, help_text="Of lengths of time, in minutes.")
    now_mean = serializers.FloatField(allow_null=True)

    def get_zone(self, change: DayChange) -> int | None:
        """Null: the whole site."""
        return None if change.zone is None else change.zone.pk


class ClosedMonthDetailSerializer(ClosedMonthSerializer):
    """With its content, byte for byte and read, and with what changed since."""

    content = serializers.CharField(help_text="Canonical JSON; `sha256` is the hash of its UTF-8 bytes.")
    figures = serializers.SerializerMethodField()
    changes = serializers.SerializerMethodField()

    class Meta(ClosedMonthSerializer.Meta):
        fields = (*ClosedMonthSerializer.Meta.fields, "content", "figures", "changes")
        read_only_fields = fields

    @extend_schema_field(serializers.DictField())
    def get_figures(self, row: ClosedMonth) -> dict[str, Any]:
        """The figures of the content by code."""
        return dict(json.loads(row.content)["figures"])

    @extend_schema_field(DayChangeSerializer(many=True))
    def get_changes(self, row: ClosedMonth) -> Any:
        """Numbers of its days the records tell differently now."""
        return DayChangeSerializer(later_changes(row).days, many=True).data


class ClosedMonthFilter(django_filters.FilterSet):  # type: ignore[misc]  # ships no types
    """By site and month."""

    site = django_filters.NumberFilter(field_name="site_id", min_value=0, max_value=2**63 - 1)

    class Meta:
        model = ClosedMonth
        fields = ("month",)


class ClosedMonthViewSet(PolicyReadOnlyViewSet[ClosedMonth]):
    """Closed months, latest first: frozen figures, their hash, and what the records say differently by now."""

    queryset = ClosedMonth.objects.select_related("site")
    serializer_class = ClosedMonthSerializer
    filterset_class = ClosedMonthFilter
    ordering = ("-month", "-id")

    @extend_schema(responses=ClosedMonthDetailSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One with its content."""
        return Response(
            ClosedMonthDetailSerializer(self.get_object(), context=self.get_serializer_context()).data
        )
