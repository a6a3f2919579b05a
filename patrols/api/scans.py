"""Scans in the API: read, overruled, and posted by phones."""

from typing import Any

import django_filters
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.pagination import NewestFirst
from core.api.plain import before_own_password
from core.api.viewsets import (
    PolicyModelSerializer,
    PolicyReadOnlyViewSet,
)
from core.idempotency.api import IdempotentMixin
from patrols.api.resources import SiteNumbers
from patrols.api_scans import post_scan
from patrols.models import Scan, Verdict
from patrols.services import reviewing


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
