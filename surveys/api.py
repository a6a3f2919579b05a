"""Questionnaires, waves and the calendar in the API. Single answers are not in it: figures of them are."""

from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.viewsets import PolicyModelSerializer, PolicyReadOnlyViewSet
from core.idempotency.api import IdempotentMixin
from surveys.models import Occasion, Question, Questionnaire, QuestionnaireVersion, Wave
from surveys.selectors.progress import progress_of
from surveys.services import waves


class SurveyQuestionSerializer(serializers.ModelSerializer[Question]):
    """A question; texts by language. `condition` names an earlier question and the answers it takes."""

    item = serializers.CharField(
        read_only=True, help_text="What it measures; empty: nothing that is counted."
    )

    class Meta:
        model = Question
        fields = (
            "code", "kind", "item", "text", "help", "options", "rows", "low_label", "high_label", "is_required",
            "condition", "position",
        )  # fmt: skip
        read_only_fields = fields


class QuestionnaireVersionSerializer(serializers.ModelSerializer[QuestionnaireVersion]):
    """One wording of a questionnaire."""

    questions = SurveyQuestionSerializer(many=True, read_only=True)

    class Meta:
        model = QuestionnaireVersion
        fields = ("id", "number", "state", "intro", "thanks", "published_at", "questions")
        read_only_fields = fields


class QuestionnaireSerializer(PolicyModelSerializer[Questionnaire]):
    """A questionnaire with its versions."""

    versions = QuestionnaireVersionSerializer(many=True, read_only=True)

    class Meta:
        model = Questionnaire
        fields = ("id", "code", "title", "purpose", "is_active", "versions")
        read_only_fields = fields


class ByKey(CursorPagination):
    """In the order they were made."""

    ordering = ("pk",)
    page_size_query_param = "page_size"
    max_page_size = 200


class LatestOpened(CursorPagination):
    """Latest first."""

    ordering = ("-opens_at", "-pk")
    page_size_query_param = "page_size"
    max_page_size = 200


class EarliestDue(CursorPagination):
    """Earliest first."""

    ordering = ("due_on", "pk")
    page_size_query_param = "page_size"
    max_page_size = 200


class QuestionnaireViewSet(PolicyReadOnlyViewSet[Questionnaire]):
    """Questionnaires."""

    queryset = Questionnaire.objects.prefetch_related("versions__questions")
    serializer_class = QuestionnaireSerializer
    pagination_class = ByKey


WAVE_FIELDS: tuple[str, ...] = (
    "id", "site", "version", "plan", "title", "audience", "selection", "stratify", "confidence", "margin",
    "expected_response", "is_anonymous", "opens_at", "closes_at", "cap_days", "remind_days", "state", "seed", "population",
    "needed", "invited", "drawn_at", "opened_at", "closed_at", "closed_on", "cancelled_at", "cancel_reason",
)  # fmt: skip


class WaveSerializer(PolicyModelSerializer[Wave]):
    """A wave. `seed` is text: it is longer than what a JSON number keeps."""

    seed = serializers.CharField(read_only=True, allow_null=True)

    class Meta:
        model = Wave
        fields: tuple[str, ...] = WAVE_FIELDS
        read_only_fields: tuple[str, ...] = WAVE_FIELDS


class WaveProgressSerializer(serializers.Serializer[Any]):
    """How many invitations stand how, and how many answers count."""

    waiting = serializers.IntegerField()
    answered = serializers.IntegerField()
    refused = serializers.IntegerField()
    unreachable = serializers.IntegerField()
    personal = serializers.IntegerField(help_text="Valid answers by personal invitation.")
    open = serializers.IntegerField(help_text="Valid answers by the open code.")


class WaveDetailSerializer(WaveSerializer):
    """With how far it is."""

    progress = serializers.SerializerMethodField()

    class Meta(WaveSerializer.Meta):
        fields = (*WAVE_FIELDS, "progress")
        read_only_fields = (*WAVE_FIELDS, "progress")

    @extend_schema_field(WaveProgressSerializer)
    def get_progress(self, wave: Wave) -> dict[str, Any]:
        """Counted now."""
        return dict(WaveProgressSerializer(progress_of([wave])[0]).data)


class CancelWaveSerializer(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=240)


class WaveFilter(django_filters.FilterSet):  # type: ignore[misc]  # ships no types
    """By site, state, audience and day of closing. A foreign site is as unknown as a missing one."""

    site = django_filters.NumberFilter(field_name="site_id", min_value=0, max_value=2**63 - 1)
    closed_from = django_filters.DateFilter(field_name="closed_on", lookup_expr="gte")
    closed_until = django_filters.DateFilter(field_name="closed_on", lookup_expr="lte")

    class Meta:
        model = Wave
        fields = ("state", "audience")


class WaveViewSet(IdempotentMixin, PolicyReadOnlyViewSet[Wave]):
    """Waves: read, draw, open, close, cancel."""

    queryset = Wave.objects.all()
    serializer_class = WaveSerializer
    filterset_class = WaveFilter
    pagination_class = LatestOpened
    policy_actions = {"draw": "change"}

    def get_serializer_class(self) -> Any:
        """Progress comes with one wave only."""
        return WaveSerializer if self.action == "list" else WaveDetailSerializer

    @extend_schema(request=None, responses=WaveDetailSerializer)
    @action(detail=True, methods=["post"])
    def draw(self, request: Request, pk: str) -> Response:
        """Draw whom it asks, with a new seed."""
        return self.perform(waves.draw)

    @extend_schema(request=None, responses=WaveDetailSerializer)
    @action(detail=True, methods=["post"])
    def open(self, request: Request, pk: str) -> Response:
        """Let it be answered."""
        return self.perform(waves.open_wave)

    @extend_schema(request=None, responses=WaveDetailSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        """End it: it counts today."""
        return self.perform(waves.close_wave)

    @extend_schema(request=CancelWaveSerializer, responses=WaveDetailSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Give it up."""
        self.get_object()  # who may not is told so before anything sent is read
        given = CancelWaveSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        return self.perform(waves.cancel_wave, **given.validated_data)

    def perform(self, act: Any, **given: Any) -> Response:
        """Do it to the wave of the address, and show the wave."""
        wave = act(user=self.request.user, wave_id=self.get_object().pk, **given)
        return Response(WaveDetailSerializer(wave, context=self.get_serializer_context()).data)


class OccasionSerializer(PolicyModelSerializer[Occasion]):
    """A day on which an activity is due."""

    site = serializers.IntegerField(source="plan.site_id", read_only=True)
    activity = serializers.CharField(source="plan.activity", read_only=True)

    class Meta:
        model = Occasion
        fields = ("id", "site", "activity", "due_on", "state", "done_at", "note", "wave")
        read_only_fields = fields


class OccasionFilter(django_filters.FilterSet):  # type: ignore[misc]  # ships no types
    """By site, state and day."""

    site = django_filters.NumberFilter(field_name="plan__site_id", min_value=0, max_value=2**63 - 1)
    due_from = django_filters.DateFilter(field_name="due_on", lookup_expr="gte")
    due_until = django_filters.DateFilter(field_name="due_on", lookup_expr="lte")

    class Meta:
        model = Occasion
        fields = ("state",)


class OccasionViewSet(PolicyReadOnlyViewSet[Occasion]):
    """The calendar of surveys."""

    queryset = Occasion.objects.select_related("plan")
    serializer_class = OccasionSerializer
    filterset_class = OccasionFilter
    pagination_class = EarliestDue
