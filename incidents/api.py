"""Cases in the API: the same services and policies as the pages. A write names the version it has seen."""

from collections.abc import Callable
from typing import Any, TypeVar

import django_filters
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import exceptions, mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.viewsets import PolicyModelSerializer, PolicyViewMixin, VisibleRelatedField
from core.idempotency.api import IdempotentMixin
from core.ids import uuid7
from incidents.api_clocks import (
    CLOCK_POLICIES,
    ClockActions,
    EscalationSerializer,
    LimitSerializer,
    PauseSerializer,
)
from incidents.api_dispatch import DISPATCH_POLICIES, DispatchActions, DispatchSerializer
from incidents.api_residents import RESIDENT_POLICIES, ResidentActions
from incidents.forms import StepForm, path_of
from incidents.models import Case, CaseEntry, CaseKind, Priority
from incidents.selectors import panel
from incidents.selectors.reading import WHOLE
from incidents.selectors.resident_card import as_data, resident_card
from incidents.selectors.steps import acts_of, may_take, steps_for
from incidents.services import handling, opening, steps
from incidents.workflows import Act, Step, workflow_of
from organization.models import Person, Site, Zone

LARGEST = 2**31 - 1
T = TypeVar("T")


class SeenOther(exceptions.APIException):
    """412: the case is no longer as it was when it was read."""

    status_code = 412
    default_code = "stale"
    default_detail = _("Somebody changed this case meanwhile; read it again.")


class EntrySerializer(serializers.ModelSerializer[CaseEntry]):
    """A line of the timeline."""

    class Meta:
        model = CaseEntry
        fields = ("id", "kind", "code", "from_state", "to_state", "at", "actor", "text", "is_internal")
        read_only_fields = fields


FIELDS: tuple[str, ...] = (
    "id",
    "number",
    "site",
    "zone",
    "kind",
    "source",
    "priority",
    "status",
    "state",
    "category",
    "subcategory",
    "title",
    "description",
    "place",
    "latitude",
    "longitude",
    "occurred_at",
    "reported_at",
    "acknowledged_at",
    "first_reply_at",
    "arrived_at",
    "controlled_at",
    "resolved_at",
    "verified_at",
    "closed_at",
    "response_due_at",
    "due_at",
    "original_due_at",
    "paused_since",
    "paused_seconds",
    "reopened_count",
    "duplicate_of",
    "recurrence_of",
    "reported_by",
    "assigned_to",
    "resolved_by",
    "verified_by",
    "resolution",
    "cause",
    "lessons",
    "version",
)


class CaseSerializer(PolicyModelSerializer[Case]):
    """A case. `version` goes up with every change; a write must name the one it has seen."""

    class Meta:
        model = Case
        fields: tuple[str, ...] = FIELDS
        read_only_fields: tuple[str, ...] = FIELDS


class StepsSerializer(serializers.Serializer[Any]):
    """A step or act: its code, name, and the fields it demands and offers ("facts.level" is a field of its kind)."""

    code = serializers.CharField()
    name = serializers.CharField()
    demands = serializers.ListField(child=serializers.CharField())
    offers = serializers.ListField(child=serializers.CharField())


def _described(step: Step | Act) -> dict[str, Any]:
    offers = step.offers if isinstance(step, Step) else ("note",)
    return {"code": step.code, "name": str(step.label), "demands": step.demands, "offers": offers}


class CaseResidentSerializer(serializers.Serializer[Any]):
    """Who outside reported it and how they follow it. Empty texts: not known, erased, or not for this reader."""

    name = serializers.CharField()
    phone = serializers.CharField()
    email = serializers.CharField()
    unit = serializers.CharField()
    language = serializers.CharField()
    link = serializers.CharField()
    opened_at = serializers.DateTimeField(allow_null=True)
    erased_at = serializers.DateTimeField(allow_null=True)
    rating = serializers.IntegerField(allow_null=True)
    rating_text = serializers.CharField()


class CaseDetailSerializer(CaseSerializer):
    """With its timeline, the facts of its kind, and what the reader may do with it now."""

    entries = EntrySerializer(many=True, read_only=True)
    facts = serializers.SerializerMethodField()
    steps = serializers.SerializerMethodField()
    acts = serializers.SerializerMethodField()
    limits = serializers.SerializerMethodField()
    resident = serializers.SerializerMethodField()
    pauses = PauseSerializer(many=True, read_only=True)
    escalations = EscalationSerializer(many=True, read_only=True)
    dispatches = DispatchSerializer(many=True, read_only=True)

    class Meta(CaseSerializer.Meta):
        fields = (
            *FIELDS,
            "entries",
            "facts",
            "steps",
            "acts",
            "limits",
            "pauses",
            "escalations",
            "dispatches",
            "resident",
        )
        read_only_fields = fields

    @extend_schema_field(LimitSerializer(many=True))
    def get_limits(self, case: Case) -> list[dict[str, Any]]:
        """Every limit as it stands."""
        return panel.as_data(case)

    @extend_schema_field(CaseResidentSerializer(allow_null=True))
    def get_resident(self, case: Case) -> dict[str, Any] | None:
        """The resident, as far as the reader may know them; null when nobody outside reported it."""
        card = resident_card(self.context["request"].user, case)
        return as_data(card) if card is not None and card.is_known else None

    @extend_schema_field(dict[str, Any])
    def get_facts(self, case: Case) -> dict[str, Any]:
        """The fields only its kind has, by name."""
        facts = getattr(case, workflow_of(case.kind).facts)
        return {
            field.name: field.value_from_object(facts)
            for field in facts._meta.fields
            if not field.primary_key
        }

    @extend_schema_field(StepsSerializer(many=True))
    def get_steps(self, case: Case) -> list[dict[str, Any]]:
        """The steps that lead on and the reader may take, with the fields they ask for."""
        return [_described(step) for step in steps_for(self.context["request"].user, case)]

    @extend_schema_field(StepsSerializer(many=True))
    def get_acts(self, case: Case) -> list[dict[str, Any]]:
        """What can be recorded at any time."""
        return [_described(act) for act in acts_of(case)]


class OpenSerializer(serializers.Serializer[Any]):
    """A new case. With `operation_id` the same case is opened once, however often this is sent."""

    site = VisibleRelatedField(queryset=Site.objects.all())
    zone = VisibleRelatedField(queryset=Zone.objects.all(), required=False, allow_null=True)
    kind = serializers.ChoiceField(choices=CaseKind.choices)
    title = serializers.CharField(max_length=200)
    description = serializers.CharField(max_length=10_000, required=False, allow_blank=True)
    place = serializers.CharField(max_length=200, required=False, allow_blank=True)
    priority = serializers.ChoiceField(choices=Priority.choices, required=False)
    occurred_at = serializers.DateTimeField(required=False)
    due_at = serializers.DateTimeField(required=False, allow_null=True)
    operation_id = serializers.UUIDField(required=False)


class SeenSerializer(serializers.Serializer[Any]):
    """The version a write has seen."""

    version = serializers.IntegerField(min_value=1, max_value=LARGEST)


class TakeStepSerializer(SeenSerializer):
    """A step: its code and the values it asks for, by name ("cause", "facts.level"); times in the site's wall time."""

    step = serializers.CharField(max_length=30)
    values = serializers.DictField(required=False, default=dict)


class RecordActSerializer(serializers.Serializer[Any]):
    """An act: its code and the values it asks for."""

    act = serializers.CharField(max_length=30)
    values = serializers.DictField(required=False, default=dict)


class AssignSerializer(SeenSerializer):
    """Who settles it, until when."""

    person = VisibleRelatedField(queryset=Person.objects.all(), allow_null=True)
    due_at = serializers.DateTimeField(required=False, allow_null=True)


class NoteSerializer(serializers.Serializer[Any]):
    """A line for the timeline."""

    text = serializers.CharField(max_length=10_000)
    is_internal = serializers.BooleanField(required=False, default=True)


class MergeSerializer(SeenSerializer):
    """The case it is the same as."""

    original = serializers.IntegerField(min_value=1, max_value=2**63 - 1)


class CaseFilter(django_filters.FilterSet):  # type: ignore[misc]  # ships no types
    """By site, kind, status, priority and times. A foreign site is as unknown as a missing one."""

    site = django_filters.NumberFilter(field_name="site_id", min_value=0, max_value=2**63 - 1)
    reported_from = django_filters.IsoDateTimeFilter(field_name="reported_at", lookup_expr="gte")
    reported_before = django_filters.IsoDateTimeFilter(field_name="reported_at", lookup_expr="lt")
    due_before = django_filters.IsoDateTimeFilter(field_name="due_at", lookup_expr="lt")

    class Meta:
        model = Case
        fields = ("kind", "status", "state", "priority", "category")


class LatestReported(CursorPagination):
    """Latest report first."""

    ordering = ("-reported_at", "-pk")
    page_size_query_param = "page_size"
    max_page_size = 200


def _known(find: Callable[[str], T], code: str, name: str) -> T:
    try:
        return find(code)
    except LookupError:
        raise exceptions.ValidationError(
            {name: [_("There is no such choice for this kind of case.")]}
        ) from None


class CaseViewSet(
    ClockActions,
    DispatchActions,
    ResidentActions,
    IdempotentMixin,
    PolicyViewMixin[Case],
    mixins.RetrieveModelMixin,
    mixins.ListModelMixin,
    viewsets.GenericViewSet[Case],
):
    """Cases: read, open, take a step, record an act, assign, note, merge."""

    queryset = Case.objects.all()
    serializer_class = CaseSerializer
    filterset_class = CaseFilter
    pagination_class = LatestReported
    policy_actions = {
        "step": "view",
        "act": "note",
        "assign": "change",
        "note": "note",
        "merge": "merge",
        **CLOCK_POLICIES,
        **DISPATCH_POLICIES,
        **RESIDENT_POLICIES,
    }

    def get_serializer_class(self) -> Any:
        """The timeline comes with one case only."""
        return CaseSerializer if self.action == "list" else CaseDetailSerializer

    def get_queryset(self) -> Any:
        """With the timeline where it is shown."""
        rows = super().get_queryset()
        return (
            rows
            if self.action == "list"
            else rows.select_related(*WHOLE).prefetch_related(
                "entries", "pauses", "escalations", "dispatches"
            )
        )

    @extend_schema(request=OpenSerializer, responses={201: CaseDetailSerializer})
    def create(self, request: Request) -> Response:
        """Open a case."""
        given = self._given(OpenSerializer)
        operation_id = given.pop("operation_id", None) or uuid7()
        opened = opening.open_from_desk(user=request.user, operation_id=operation_id, **given)  # type: ignore[arg-type]
        if (
            not opened.created
            and not Case.objects.visible_to(request.user).filter(pk=opened.case.pk).exists()
        ):
            raise exceptions.NotFound
        return self._answer(opened.case, status=201 if opened.created else 200)

    @extend_schema(request=TakeStepSerializer, responses=CaseDetailSerializer)
    @action(detail=True, methods=["post"])
    def step(self, request: Request, pk: str) -> Response:
        """Take a step of the case's workflow. Which ones lead on, and what they ask for, stands in the case."""
        case = self.get_object()
        given = self._given(TakeStepSerializer)
        step = _known(workflow_of(case.kind).step, given["step"], "step")
        if not may_take(request.user, case, step):
            raise exceptions.PermissionDenied
        form = self._form(case, step, {**given["values"], "version": given["version"]})
        try:
            steps.take_step(
                user=request.user,  # type: ignore[arg-type]
                case_id=case.pk,
                step=step.code,
                version=given["version"],
                values=form.values(),
            )
        except handling.StaleCase as stale:
            raise SeenOther from stale
        return self._answer(case)

    @extend_schema(request=RecordActSerializer, responses=CaseDetailSerializer)
    @action(detail=True, methods=["post"])
    def act(self, request: Request, pk: str) -> Response:
        """Record something done beside the steps: it needs no version and waits for nothing."""
        case = self.get_object()
        given = self._given(RecordActSerializer)
        act = _known(workflow_of(case.kind).act, given["act"], "act")
        form = self._form(case, act, given["values"])
        steps.record_act(
            user=request.user,  # type: ignore[arg-type]
            case_id=case.pk,
            act=act.code,
            values=form.values(),
        )
        return self._answer(case)

    @extend_schema(request=AssignSerializer, responses=CaseDetailSerializer)
    @action(detail=True, methods=["post"])
    def assign(self, request: Request, pk: str) -> Response:
        """Say who settles it and until when."""
        return self._act(handling.assign_case, AssignSerializer)

    @extend_schema(request=NoteSerializer, responses=CaseDetailSerializer)
    @action(detail=True, methods=["post"])
    def note(self, request: Request, pk: str) -> Response:
        """Add a line, whatever the state."""
        return self._act(handling.add_note, NoteSerializer)

    @extend_schema(request=MergeSerializer, responses=CaseDetailSerializer)
    @action(detail=True, methods=["post"])
    def merge(self, request: Request, pk: str) -> Response:
        """Say that it is the same matter as another case of the site; this one ends, the other goes on."""
        case = self.get_object()
        given = self._given(MergeSerializer)
        try:
            handling.merge_duplicate(
                user=request.user,  # type: ignore[arg-type]
                case_id=case.pk,
                version=given["version"],
                original_id=given["original"],
            )
        except handling.StaleCase as stale:
            raise SeenOther from stale
        return self._answer(case)

    def _form(self, case: Case, step: Step | Act, values: dict[str, Any]) -> StepForm:
        """The form of the step, filled and valid. Raises ValidationError by the paths' names."""
        data = {path.replace(".", "__"): value for path, value in values.items()}
        form = StepForm(data, {}, case=case, step=step, user=self.request.user)
        if not form.is_valid():
            raise exceptions.ValidationError(
                {path_of(name): list(map(str, problems)) for name, problems in form.errors.items()}
            )
        return form

    def _act(self, service: Any, shape: type[serializers.Serializer[Any]]) -> Response:
        case = self.get_object()
        given = self._given(shape)
        try:
            service(user=self.request.user, case_id=case.pk, **given)
        except handling.StaleCase as stale:
            raise SeenOther from stale
        return self._answer(case)

    def _given(self, shape: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        serializer = shape(data=self.request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def _answer(self, case: Case, status: int = 200) -> Response:
        row = (
            Case.objects.select_related(*WHOLE)
            .prefetch_related("entries", "pauses", "escalations", "dispatches")
            .get(pk=case.pk)
        )
        return Response(CaseDetailSerializer(row, context=self.get_serializer_context()).data, status=status)
