"""Daily figures as JSON, read-only."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core import policies
from core.api.viewsets import PolicyModelSerializer, PolicyReadOnlyViewSet
from kpi.filters import DayFigureFilter
from kpi.indicators import Indicator, Rate, Share, live_indicators
from kpi.models import DayFigure
from kpi.selectors.events import EventLine, events_of
from kpi.selectors.months import month_of
from kpi.selectors.periods import Month
from kpi.selectors.snapshots import one_snapshot
from organization.models import Site, Zone


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
        return [_value_of_day(one, row) for one in live_indicators().values()]


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


class MonthQuerySerializer(serializers.Serializer[Any]):
    """Which month of which site, or of one zone of it."""

    site = serializers.IntegerField()
    month = serializers.RegexField(r"^\d{4}-\d{2}$", help_text="Such as 2026-10; not after the current one.")
    zone = serializers.IntegerField(required=False, help_text="A zone of the site.")


class StandingSerializer(serializers.Serializer[Any]):
    """Where an indicator stands in a month."""

    code = serializers.CharField(source="indicator.code")
    name = serializers.CharField(source="indicator.name")
    group = serializers.CharField(source="indicator.group")
    unit = serializers.CharField(source="indicator.unit")
    value = serializers.FloatField(allow_null=True, help_text="Null is no data.")
    sample = serializers.FloatField(help_text="How many records it rests on.")
    target = serializers.FloatField(allow_null=True, help_text="Of this site and month.")
    direction = serializers.CharField(source="indicator.direction")
    is_met = serializers.BooleanField(allow_null=True, help_text="Null without a value or a target.")
    verdict = serializers.CharField(
        source="judgement.value",
        help_text="met, unproven (a sample that may be luck), missed, no_target, too_few, doubtful (time stamps are missing), no_data, awaited.",
    )
    is_small = serializers.BooleanField(help_text="A small sample: at least 5, but fewer than 30.")
    low = serializers.FloatField(source="interval.low", default=None, allow_null=True)
    high = serializers.FloatField(source="interval.high", default=None, allow_null=True)
    mean = serializers.FloatField(
        source="lengths.mean", default=None, allow_null=True, help_text="In minutes."
    )
    median = serializers.FloatField(source="lengths.median", default=None, allow_null=True)
    p90 = serializers.FloatField(source="lengths.p90", default=None, allow_null=True)
    change = serializers.CharField(help_text="better, worse, same, or empty.")


class EventSerializer(serializers.Serializer[Any]):
    """A type of case in a month (R016)."""

    kind = serializers.CharField()
    code = serializers.CharField(help_text="Such as 002 or 002.04; empty for kinds without numbers.")
    name = serializers.CharField(source="label")
    depth = serializers.IntegerField(
        help_text="0: category, 1: sub-category, part of the category before it."
    )
    count = serializers.IntegerField()
    before = serializers.IntegerField(help_text="The month before.")
    year_ago = serializers.IntegerField()
    per_thousand = serializers.FloatField(allow_null=True, help_text="By 1,000 households; null in a zone.")
    injured = serializers.IntegerField(source="impact.injured")
    seriously_injured = serializers.IntegerField(source="impact.seriously_injured")
    dead = serializers.IntegerField(source="impact.dead")
    loss = serializers.DecimalField(source="impact.loss", max_digits=16, decimal_places=2, help_text="Yuan.")
    households = serializers.IntegerField(source="impact.households")
    people = serializers.IntegerField(source="impact.people")
    zones = serializers.IntegerField(source="impact.zones")
    level = serializers.IntegerField(
        source="impact.level", allow_null=True, help_text="The gravest; 1 before 4."
    )
    median_minutes = serializers.SerializerMethodField()

    def get_median_minutes(self, line: EventLine) -> float | None:
        """Until it was under control or resolved."""
        lasted = line.impact.lasted
        return None if lasted is None else lasted / timedelta(minutes=1)


class FigureViewSet(PolicyReadOnlyViewSet[DayFigure]):
    """Daily figures per site and zone, newest day first, at most a minute behind the records.

    A month is the sum of its days: add up numerators and denominators, never shares.
    """

    queryset = DayFigure.objects.select_related("site")
    serializer_class = DayFigureSerializer
    filterset_class = DayFigureFilter
    ordering = ("-day", "-id")

    @extend_schema(parameters=[MonthQuerySerializer], responses=StandingSerializer(many=True), filters=False)
    @action(detail=False, pagination_class=None)
    def month(self, request: Request) -> Response:
        """Every indicator of a month of a site, as of now; of a zone those that can be told of it."""
        site, month, zone = self._asked(request)
        with one_snapshot():
            found = month_of(site, month, worst=0, zone=zone).indicators
        lines = [line for line in found if line.is_told]
        return Response(StandingSerializer([line.standing for line in lines], many=True).data)

    @extend_schema(parameters=[MonthQuerySerializer], responses=EventSerializer(many=True), filters=False)
    @action(detail=False, pagination_class=None)
    def events(self, request: Request) -> Response:
        """The types of cases of a month of a site, or of one zone: how often, and with what impact."""
        site, month, zone = self._asked(request)
        with one_snapshot():
            view = events_of(site, month, zone)
        return Response(EventSerializer([*view.incidents, *view.others], many=True).data)

    def _asked(self, request: Request) -> tuple[Site, Month, Zone | None]:
        """The site, month and zone asked for. Raises Http404, PermissionDenied, ValidationError."""
        asked = MonthQuerySerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        site = policies.get_visible_or_404(request.user, Site, pk=asked.validated_data["site"])
        policies.require(request.user, "view", DayFigure, parent=site)
        month = Month.parse(asked.validated_data["month"])
        if month is None or month > Month.current(site):
            raise serializers.ValidationError({"month": [_("There are no figures of this month.")]})
        number = asked.validated_data.get("zone")
        zone = (
            None if number is None else policies.get_visible_or_404(request.user, Zone, pk=number, site=site)
        )
        return site, month, zone
