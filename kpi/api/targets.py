"""Targets as JSON: read, proposed and decided."""

from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.viewsets import PolicyModelSerializer, PolicyViewMixin, VisibleRelatedField
from core.idempotency.api import IdempotentMixin
from kpi.indicators import indicators
from kpi.models import Target
from kpi.selectors.periods import Month
from kpi.services import targeting
from organization.models import Company, Site


class TargetSerializer(PolicyModelSerializer[Target]):
    """What an indicator is to reach from a month on; `site` null is the whole company, `value` null for information only."""

    class Meta:
        model = Target
        fields = (
            "id", "site", "indicator", "value", "starts", "state", "reason", "proposed_by", "proposed_at", "decided_by",
            "decided_at", "decision",
        )  # fmt: skip
        read_only_fields = fields


class ProposalSerializer(serializers.Serializer[Any]):
    """A target to propose, in the unit the API gives values in: fractions, minutes, or numbers."""

    site = VisibleRelatedField(
        queryset=Site.objects.all(), allow_null=True, help_text="Null: the whole company."
    )
    indicator = serializers.ChoiceField(choices=[], help_text="Its code, such as K04.")
    value = serializers.FloatField(allow_null=True, help_text="Null: for information only.")
    month = serializers.RegexField(
        r"^\d{4}-\d{2}$", help_text="From which it counts; one that has not begun."
    )
    reason = serializers.CharField(max_length=500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["indicator"].choices = list(indicators())  # type: ignore[attr-defined]


class DecisionSerializer(serializers.Serializer[Any]):
    """Why it is so decided; needed to decline."""

    decision = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class TargetFilter(django_filters.FilterSet):  # type: ignore[misc]  # ships no types
    """By site, indicator, state and month."""

    site = django_filters.NumberFilter(field_name="site_id", min_value=0, max_value=2**63 - 1)
    starts = django_filters.DateFilter()

    class Meta:
        model = Target
        fields = ("indicator", "state")


class TargetViewSet(
    IdempotentMixin,
    PolicyViewMixin[Target],
    mixins.RetrieveModelMixin,
    mixins.ListModelMixin,
    viewsets.GenericViewSet[Target],
):
    """Targets, latest first. What counts in a month is the site's, else the company's, else the catalogue's default."""

    queryset = Target.objects.all()
    serializer_class = TargetSerializer
    filterset_class = TargetFilter
    ordering = ("-starts", "-id")
    policy_actions = {"approve": "decide", "decline": "decide", "withdraw": "withdraw"}

    @extend_schema(request=ProposalSerializer, responses={201: TargetSerializer})
    def create(self, request: Request) -> Response:
        """Propose one."""
        given = ProposalSerializer(data=request.data, context=self.get_serializer_context())
        given.is_valid(raise_exception=True)
        data = given.validated_data
        month = Month.parse(data["month"])
        if month is None:
            raise ValidationError({"month": _("There is no such month.")})
        owner: Site | Company = data["site"] or request.user.company  # type: ignore[union-attr,assignment]  # signed in
        target = targeting.propose_target(
            user=request.user,  # type: ignore[arg-type]  # signed in
            owner=owner,
            indicator=data["indicator"],
            value=data["value"],
            month=month,
            reason=data["reason"],
        )
        return Response(TargetSerializer(target).data, status=201)

    @extend_schema(request=DecisionSerializer, responses=TargetSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> Response:
        """Let it count. Nobody approves their own."""
        return self._decide(targeting.approve_target)

    @extend_schema(request=DecisionSerializer, responses=TargetSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, pk: str) -> Response:
        """Turn it down, with a reason."""
        return self._decide(targeting.decline_target)

    @extend_schema(request=None, responses=TargetSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Take it back before its month begins."""
        target = targeting.withdraw_target(user=request.user, target_id=self.get_object().pk)  # type: ignore[arg-type]
        return Response(TargetSerializer(target).data)

    def _decide(self, service: Any) -> Response:
        target = self.get_object()
        given = DecisionSerializer(data=self.request.data)
        given.is_valid(raise_exception=True)
        decided = service(user=self.request.user, target_id=target.pk, **given.validated_data)
        return Response(TargetSerializer(decided).data)
