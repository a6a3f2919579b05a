"""Rounds in the API."""

from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.viewsets import (
    PolicyModelSerializer,
    PolicyReadOnlyViewSet,
)
from core.idempotency.api import IdempotentMixin
from patrols.api.resources import SiteNumbers
from patrols.models import Round
from patrols.services import planning


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
