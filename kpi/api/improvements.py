"""Improvement measures in the API. A write names the version it has seen."""

from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from collaboration.api.linked import (
    LONGEST_TEXT,
    ActingViewSet,
    ReasonSerializer,
    SeenSerializer,
    SourceField,
    source_key,
    with_source,
)
from core.api.viewsets import PolicyModelSerializer, VisibleRelatedField
from core.idempotency.api import IdempotentMixin
from core.ids import uuid7
from kpi.models import Extent, Improvement, ImprovementEntry, ImprovementLoop, Origin, Severity, Verdict
from kpi.services.improving import confirming, proposing, stepping
from kpi.services.improving.proposing import Draft
from organization.models import Department, Person, Site, Zone


class LoopSerializer(serializers.ModelSerializer[ImprovementLoop]):
    """One time round: what was planned, done, and found. `figures` are those kept with the confirmed check."""

    verdict = serializers.CharField(
        read_only=True, help_text="effective, not_effective or unclear; empty before its check."
    )

    class Meta:
        model = ImprovementLoop
        fields = (
            "number", "measure", "starts_on", "due_on", "begun_on", "begun_by", "done_on", "done_by", "what_was_done",
            "verdict", "figures", "conclusion", "checked_at", "checked_by",
        )  # fmt: skip
        read_only_fields = fields


class EntrySerializer(serializers.ModelSerializer[ImprovementEntry]):
    """A line of the timeline."""

    class Meta:
        model = ImprovementEntry
        fields = ("id", "kind", "at", "actor", "text")
        read_only_fields = fields


FIELDS: tuple[str, ...] = (
    "id", "number", "site", "zone", "title", "stage", "problem", "severity", "extent", "origin", "said_by", "said",
    "source", "owner", "department", "impact", "effort", "priority", "indicator", "target", "cost_before", "cost_after",
    "proposed_by", "created_at", "standard", "closed_at", "cancelled_at", "cancel_reason", "current", "version",
)  # fmt: skip


class ImprovementSerializer(PolicyModelSerializer[Improvement]):
    """A measure with its current loop. `version` goes up with every change; a write must name the one it has seen."""

    source = serializers.SerializerMethodField()  # type: ignore[assignment]  # a field of that name
    priority = serializers.IntegerField(read_only=True, help_text="1 to 25: impact × (6 − effort).")
    current = LoopSerializer(read_only=True)

    class Meta:
        model = Improvement
        fields: tuple[str, ...] = FIELDS
        read_only_fields: tuple[str, ...] = FIELDS

    def get_source(self, row: Improvement) -> str:
        """The record it came from, as "incidents.case:12"; empty for none."""
        return source_key(row)


class ImprovementDetailSerializer(ImprovementSerializer):
    """With every loop and the timeline."""

    loops = LoopSerializer(many=True, read_only=True)
    entries = EntrySerializer(many=True, read_only=True)

    class Meta(ImprovementSerializer.Meta):
        fields = (*FIELDS, "loops", "entries")
        read_only_fields = (*FIELDS, "loops", "entries")


def _text(**more: Any) -> serializers.CharField:
    return serializers.CharField(max_length=LONGEST_TEXT, **more)


def _scale() -> serializers.IntegerField:
    return serializers.IntegerField(min_value=1, max_value=5)


def _cost() -> serializers.DecimalField:
    return serializers.DecimalField(
        max_digits=12,
        decimal_places=2,
        min_value=0,
        required=False,
        allow_null=True,
        help_text="Yuan a month.",
    )


class DraftSerializer(serializers.Serializer[Any]):
    """What is said of a measure."""

    title = serializers.CharField(max_length=200)
    problem = _text()
    severity = serializers.ChoiceField(choices=Severity.choices, required=False)
    extent = serializers.ChoiceField(choices=Extent.choices, required=False)
    origin = serializers.ChoiceField(choices=Origin.choices, required=False)
    said_by = serializers.CharField(max_length=120, required=False, allow_blank=True)
    said = _text(required=False, allow_blank=True)
    zone = VisibleRelatedField(queryset=Zone.objects.all(), required=False, allow_null=True)
    measure = _text()
    owner = VisibleRelatedField(queryset=Person.objects.all())
    department = VisibleRelatedField(queryset=Department.objects.all(), required=False, allow_null=True)
    starts_on = serializers.DateField()
    due_on = serializers.DateField()
    impact = _scale()
    effort = _scale()
    indicator = serializers.CharField(max_length=10, required=False, allow_blank=True)
    target = serializers.FloatField(
        required=False, allow_null=True, help_text="In the unit of the value: 0.98 is 98 %, minutes."
    )
    cost_before = _cost()
    cost_after = _cost()


class ProposeSerializer(DraftSerializer):
    """A new measure. With `operation_id` the same one is proposed once, however often this is sent."""

    site = VisibleRelatedField(queryset=Site.objects.all())
    source = SourceField()  # type: ignore[assignment]  # a field of that name
    operation_id = serializers.UUIDField(required=False)


class ChangeSerializer(DraftSerializer, SeenSerializer):
    """A measure said anew: everything that is not sent becomes what it is by default."""


class BeginSerializer(SeenSerializer):
    """Since when; today unless given."""

    begun_on = serializers.DateField(required=False)


class MeasureDoneSerializer(SeenSerializer):
    """What was done, and since when; today unless given."""

    what_was_done = _text()
    done_on = serializers.DateField(required=False)


class CheckSerializer(SeenSerializer):
    """What was found; the verdict only where no indicator decides."""

    conclusion = _text()
    verdict = serializers.ChoiceField(choices=[one for one in Verdict.choices if one[0]], required=False)
    cost_after = _cost()


class StandardSerializer(SeenSerializer):
    """What became the standard."""

    standard = _text()


class NextLoopSerializer(SeenSerializer):
    """The plan of the next loop."""

    measure = _text()
    starts_on = serializers.DateField()
    due_on = serializers.DateField()


class ImprovementApiFilter(django_filters.FilterSet):  # type: ignore[misc]  # ships no types
    """By site, stage, origin, indicator and owner. A foreign site is as unknown as a missing one."""

    site = django_filters.NumberFilter(field_name="site_id", min_value=0, max_value=2**63 - 1)
    owner = django_filters.NumberFilter(field_name="owner_id", min_value=0, max_value=2**63 - 1)

    class Meta:
        model = Improvement
        fields = ("stage", "origin", "indicator")


class Latest(CursorPagination):
    """Latest proposed first."""

    ordering = ("-created_at", "-pk")
    page_size_query_param = "page_size"
    max_page_size = 200


class ImprovementViewSet(
    IdempotentMixin,
    ActingViewSet,
    mixins.RetrieveModelMixin,
    mixins.ListModelMixin,
    viewsets.GenericViewSet[Improvement],
):
    """Improvement measures: read, propose, change, and every step of plan, do, check, act."""

    queryset = Improvement.objects.select_related("current")
    serializer_class = ImprovementSerializer
    detail_serializer = ImprovementDetailSerializer
    filterset_class = ImprovementApiFilter
    pagination_class = Latest
    policy_actions = {
        "begin": "decide",
        "done": "report",
        "close": "decide",
        "loop": "change",
        "cancel": "decide",
    }
    key_name = "improvement_id"

    def get_serializer_class(self) -> Any:
        """Loops and timeline come with one measure only."""
        return ImprovementSerializer if self.action == "list" else ImprovementDetailSerializer

    def get_queryset(self) -> Any:
        """With loops and timeline where they are shown."""
        rows = super().get_queryset()
        return rows if self.action == "list" else rows.prefetch_related("entries", "loops")

    @extend_schema(request=ProposeSerializer, responses={201: ImprovementDetailSerializer})
    def create(self, request: Request) -> Response:
        """Propose a measure."""
        given = with_source(request.user, self.given(ProposeSerializer))
        named = {name: given.pop(name) for name in ("site", "source")}
        operation_id = given.pop("operation_id", None) or uuid7()
        made = proposing.propose(
            user=request.user,  # type: ignore[arg-type]  # signed in
            operation_id=operation_id,
            draft=Draft(**given),
            **named,
        )
        return self.answer(made.improvement.pk, status=201 if made.created else 200)

    @extend_schema(request=ChangeSerializer, responses=ImprovementDetailSerializer)
    def update(self, request: Request, pk: str) -> Response:
        """Say a measure anew."""
        return self.perform(_change, ChangeSerializer)

    @extend_schema(request=BeginSerializer, responses=ImprovementDetailSerializer)
    @action(detail=True, methods=["post"])
    def begin(self, request: Request, pk: str) -> Response:
        """Approve it and let it begin."""
        return self.perform(stepping.begin, BeginSerializer)

    @extend_schema(request=MeasureDoneSerializer, responses=ImprovementDetailSerializer)
    @action(detail=True, methods=["post"])
    def done(self, request: Request, pk: str) -> Response:
        """Report it done."""
        return self.perform(stepping.report_done, MeasureDoneSerializer)

    @extend_schema(request=CheckSerializer, responses=ImprovementDetailSerializer)
    @action(detail=True, methods=["post"])
    def check(self, request: Request, pk: str) -> Response:
        """Confirm what it changed: the figures before and after are kept with their verdict."""
        return self.perform(confirming.confirm_check, CheckSerializer)

    @extend_schema(request=StandardSerializer, responses=ImprovementDetailSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        """Make it the standard."""
        return self.perform(stepping.close, StandardSerializer)

    @extend_schema(request=NextLoopSerializer, responses=ImprovementDetailSerializer)
    @action(detail=True, methods=["post"])
    def loop(self, request: Request, pk: str) -> Response:
        """Plan the next loop."""
        return self.perform(stepping.plan_next_loop, NextLoopSerializer)

    @extend_schema(request=ReasonSerializer, responses=ImprovementDetailSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Give it up."""
        return self.perform(stepping.cancel, ReasonSerializer)


def _change(*, user: Any, improvement_id: int, version: int, **said: Any) -> Improvement:
    """The service takes what is said as one draft."""
    return proposing.change(user=user, improvement_id=improvement_id, version=version, draft=Draft(**said))
