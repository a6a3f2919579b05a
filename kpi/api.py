"""Daily figures as JSON, read-only."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.viewsets import PolicyModelSerializer, PolicyReadOnlyViewSet
from kpi.filters import DayFigureFilter
from kpi.indicators import indicators
from kpi.models import DayFigure


class IndicatorValueSerializer(serializers.Serializer[Any]):
    """An indicator on one day."""

    code = serializers.CharField(help_text="As in the catalogue, for example K09.")
    numerator = serializers.FloatField()
    denominator = serializers.FloatField()
    value = serializers.FloatField(allow_null=True, help_text="A share; null when nothing was due.")


class DayFigureSerializer(PolicyModelSerializer[DayFigure]):
    """Everything counted on one day in one zone; `zone` null is the whole site, each thing once."""

    counts = serializers.DictField(
        child=serializers.FloatField(), help_text="Number by measure; missing ones are 0."
    )
    indicators = serializers.SerializerMethodField()

    class Meta:
        model = DayFigure
        fields = ("id", "site", "zone", "day", "counts", "indicators", "counted_at")
        read_only_fields = fields

    @extend_schema_field(IndicatorValueSerializer(many=True))
    def get_indicators(self, row: DayFigure) -> list[dict[str, Any]]:
        """The indicators from the counts."""
        return [
            {
                "code": code,
                "numerator": row.counts.get(one.numerator.code, 0),
                "denominator": row.counts.get(one.denominator.code, 0),
                "value": one.value(row.counts),
            }
            for code, one in indicators().items()
        ]


class FigureViewSet(PolicyReadOnlyViewSet[DayFigure]):
    """Daily figures per site and zone, newest day first, at most a minute behind the records.

    A month is the sum of its days: add up numerators and denominators, never shares.
    """

    queryset = DayFigure.objects.all()
    serializer_class = DayFigureSerializer
    filterset_class = DayFigureFilter
    ordering = ("-day", "-id")
