"""Results of survey waves as JSON, with the same withholding as the page."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers
from rest_framework.request import Request
from rest_framework.response import Response as Answered

from core.api.viewsets import PolicyViewMixin
from surveys.models import Wave, WaveState
from surveys.selectors.result_parts import Missing, by_stratum, missing
from surveys.selectors.results import Results


class ScoreSerializer(serializers.Serializer[Any]):
    """What the answers to a question say. Everything but `answers` is null for fewer than five."""

    answers = serializers.IntegerField()
    satisfied = serializers.SerializerMethodField()
    share = serializers.SerializerMethodField()
    low = serializers.SerializerMethodField()
    high = serializers.SerializerMethodField()
    mean = serializers.SerializerMethodField()
    legacy = serializers.SerializerMethodField()

    def get_satisfied(self, tally: Any) -> int | None:
        """Answers of 4 or 5."""
        return tally.satisfied if tally.is_shown else None

    def get_share(self, tally: Any) -> float | None:
        """Satisfied by answers, a fraction."""
        return tally.share if tally.is_shown else None

    def get_low(self, tally: Any) -> float | None:
        """Where the 95 % interval of the share begins; null when everybody answered."""
        return tally.interval.low if tally.is_shown and tally.interval else None

    def get_high(self, tally: Any) -> float | None:
        """Where it ends."""
        return tally.interval.high if tally.is_shown and tally.interval else None

    def get_mean(self, tally: Any) -> float | None:
        """The mean as points from 0 to 100."""
        return tally.mean if tally.is_shown else None

    def get_legacy(self, tally: Any) -> float | None:
        """The older formula of the trade: (participants − dissatisfied) by participants."""
        return tally.legacy if tally.is_shown else None


class QuestionResultSerializer(serializers.Serializer[Any]):
    """A scale question or a row of a matrix."""

    code = serializers.CharField(source="key")
    label = serializers.CharField()  # type: ignore[assignment]  # a field of that name, not the label of one
    item = serializers.CharField(source="question.item")
    score = ScoreSerializer(source="tally")


class PartResultSerializer(serializers.Serializer[Any]):
    """A part of the site; several small ones are put together."""

    labels = serializers.ListField(child=serializers.CharField())
    people = serializers.IntegerField()
    score = ScoreSerializer(source="tally")


class MissingSerializer(serializers.Serializer[Missing]):
    """How much of a part answered."""

    label = serializers.CharField()  # type: ignore[assignment]  # a field of that name, not the label of one
    people = serializers.IntegerField()
    invited = serializers.IntegerField()
    answered = serializers.IntegerField()
    refused = serializers.IntegerField()
    unreachable = serializers.IntegerField()


class WaveResultSerializer(serializers.Serializer[Any]):
    """The results of a wave."""

    wave = serializers.IntegerField(source="wave.pk")
    title = serializers.CharField(source="wave.title")
    site = serializers.IntegerField(source="wave.site_id")
    state = serializers.CharField(source="wave.state")
    closed_on = serializers.DateField(source="wave.closed_on", allow_null=True)
    population = serializers.IntegerField(source="wave.population", allow_null=True)
    invited = serializers.IntegerField(source="wave.invited")
    answers = serializers.IntegerField(help_text="Valid ones among what is shown.")
    set_aside = serializers.IntegerField(source="invalid")
    open_answers = serializers.IntegerField(source="open", help_text="By the open code: weaker evidence.")
    with_open = serializers.BooleanField(help_text="Are those included?")
    response_rate = serializers.FloatField(allow_null=True)
    is_ready = serializers.BooleanField(help_text="False: scores are shown when the wave is closed.")
    questions = QuestionResultSerializer(source="lines", many=True)
    parts = serializers.SerializerMethodField(help_text="Of the question for overall satisfaction.")
    missing = serializers.SerializerMethodField()

    def get_parts(self, results: Results) -> list[Any]:
        """By part of the sample."""
        line = results.overall
        parts = by_stratum(results, line) if line is not None and results.is_ready else []
        return list(PartResultSerializer(parts, many=True).data)

    def get_missing(self, results: Results) -> list[Any]:
        """Who answered, who is missing."""
        rows: Any = missing(results)
        return list(MissingSerializer(rows, many=True).data)


class SurveyResultViewSet(PolicyViewMixin[Wave], mixins.RetrieveModelMixin):
    """Results of a running or closed wave, by the wave's id."""

    queryset = Wave.objects.filter(state__in=(WaveState.OPEN, WaveState.CLOSED)).select_related(
        "site", "version"
    )
    serializer_class = WaveResultSerializer

    @extend_schema(
        parameters=[OpenApiParameter("answers", str, description="all: with answers by the open code.")],
        responses=WaveResultSerializer,
    )
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Answered:
        """The results, as the page shows them."""
        results = Results(self.get_object(), with_open=request.query_params.get("answers") == "all")
        return Answered(WaveResultSerializer(results).data)
