"""Cases in the API: the same services and policies as the pages. A write names the version it has seen."""

from collections.abc import Callable
from typing import Any, TypeVar

import django_filters
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.viewsets import PolicyViewMixin
from core.idempotency.api import IdempotentMixin
from core.ids import uuid7
from incidents.api_clocks import (
    CLOCK_POLICIES,
    ClockActions,
)
from incidents.api_dispatch import DISPATCH_POLICIES, DispatchActions
from incidents.api_residents import RESIDENT_POLICIES, ResidentActions
from incidents.api_shapes import (
    AssignSerializer,
    CaseDetailSerializer,
    CaseSerializer,
    MergeSerializer,
    NoteSerializer,
    OpenSerializer,
    RecordActSerializer,
    TakeStepSerializer,
)
from incidents.forms import StepForm, path_of
from incidents.models import Case
from incidents.selectors.reading import WHOLE
from incidents.selectors.steps import may_take
from incidents.services import handling, opening, steps
from incidents.workflows import Act, Step, workflow_of

T = TypeVar("T")


class SeenOther(exceptions.APIException):
    """412: the case is no longer as it was when it was read."""

    status_code = 412
    default_code = "stale"
    default_detail = _("Somebody changed this case meanwhile; read it again.")


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
