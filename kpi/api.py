"""Daily figures as JSON, read-only."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.viewsets import PolicyModelSerializer, PolicyReadOnlyViewSet
from kpi.filters import DayFigureFilter
from kpi.indicators import Indicator, Rate, Share, indicators
from kpi.models import DayFigure


class IndicatorValueSerializer(serializers.Serializer[Any]):
    """An indicator on one day."""

    code = serializers.CharField(help_text="As in the catalogue, for example K09.")
    unit = serializers.CharField(
        help_text="percent and permille: a fraction; minutes, hours, days: minutes; number: a number."
    )
    numerator = serializers.FloatField(allow_null=True, help_text="Of a share; null for other indicators.")
    denominator = serializers.FloatField(allow_null=True, help_text="Of a share; null for other indicators.")
    sample = serializers.FloatField(help_text="How many records the value rests on.")
    value = serializers.FloatField(
        allow_null=True,
        help_text="Null when nothing was due, and for rates, which have no meaning for a single day.",
    )


class DayFigureSerializer(PolicyModelSerializer[DayFigure]):
    """Everything counted on one day in one zone; `zone` null is the whole site, each thing once."""

    counts = serializers.DictField(
        child=serializers.FloatField(),
        help_text="Number by measure; missing ones are 0. Of lengths of time, `code` counts what was measured and `code@7` what took seven steps.",
    )
    indicators = serializers.SerializerMethodField()

    class Meta:
        model = DayFigure
        fields = ("id", "site", "zone", "day", "counts", "indicators", "counted_at")
        read_only_fields = fields

    @extend_schema_field(IndicatorValueSerializer(many=True))
    def get_indicators(self, row: DayFigure) -> list[dict[str, Any]]:
        """The indicators from the counts."""
        return [_value_of_day(one, row) for one in indicators().values()]


def _value_of_day(indicator: Indicator, row: DayFigure) -> dict[str, Any]:
    share = indicator if isinstance(indicator, Share) else None
    is_rate = isinstance(indicator, Rate) or indicator.window > 1
    return {
        "code": indicator.code,
        "unit": indicator.unit,
        "numerator": share.numerator.number(row.counts) if share else None,
        "denominator": share.denominator.number(row.counts) if share else None,
        "sample": indicator.sample(row.counts),
        "value": None if is_rate else indicator.value(row.counts, row.site),
    }


class FigureViewSet(PolicyReadOnlyViewSet[DayFigure]):
    """Daily figures per site and zone, newest day first, at most a minute behind the records.

    A month is the sum of its days: add up numerators and denominators, never shares.
    """

    queryset = DayFigure.objects.select_related("site")
    serializer_class = DayFigureSerializer
    filterset_class = DayFigureFilter
    ordering = ("-day", "-id")
