"""Filters of the lists. Every figure of the reports opens one of them."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import django_filters
from django import forms
from django.db.models import F, QuerySet
from django.db.models.functions import ExtractHour
from django.utils.translation import gettext_lazy as _

from core.recurrence import begin_of
from core.widgets import DateInput
from organization.access import sites_of
from organization.models import Zone
from patrols.models import Checkpoint, Discipline, Plan, Round, RoundStatus, Scan, Verdict
from patrols.selectors.presence import LATE_UPLOAD
from patrols.selectors.scans import with_standing
from rosters.models import Post


class DayFilter(django_filters.FilterSet):
    """First and last site-local day, both included."""

    time_field = ""
    first = django_filters.DateFilter(label=_("From"), method="from_day", widget=DateInput)
    last = django_filters.DateFilter(label=_("Until"), method="until_day", widget=DateInput)
    day = django_filters.DateFilter(method="on_day", widget=DateInput(attrs={"hidden": True}), label=_("Day"))

    def zone(self) -> ZoneInfo:
        """The zone days are meant in: that of the person's first site."""
        sites = sites_of(self.request.user)
        chosen = self.data.get("site", "") if hasattr(self.data, "get") else ""
        site = next((one for one in sites if str(one.pk) == chosen), sites[0] if sites else None)
        return site.zone_info if site else ZoneInfo("UTC")

    def begin(self, day: Any) -> datetime:
        """Midnight at the beginning of a local day."""
        return begin_of(day, self.zone())

    def from_day(self, queryset: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        """From that day on."""
        return queryset.filter(**{f"{self.time_field}__gte": self.begin(value)})

    def until_day(self, queryset: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        """Until the end of that day."""
        return queryset.filter(**{f"{self.time_field}__lt": self.begin(value + timedelta(days=1))})

    def on_day(self, queryset: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        """On that day only."""
        return self.until_day(self.from_day(queryset, name, value), name, value)


class RoundFilter(DayFilter):
    """Rounds by status, plan, discipline, post, zone of their points, and day they are due."""

    time_field = "due_start"
    status = django_filters.MultipleChoiceFilter(label=_("Status"), choices=RoundStatus.choices)
    discipline = django_filters.ChoiceFilter(label=_("Discipline"), choices=Discipline.choices)
    plan = django_filters.ModelChoiceFilter(
        label=_("Plan"), queryset=lambda request: Plan.objects.visible_to(request.user)
    )
    zone = django_filters.ModelChoiceFilter(
        label=_("Zone"), queryset=lambda request: Zone.objects.visible_to(request.user), method="by_zone"
    )

    post = django_filters.ModelChoiceFilter(
        label=_("Post"),
        null_label=_("no post"),
        queryset=lambda request: Post.objects.visible_to(request.user),
    )
    hour = django_filters.NumberFilter(
        method="by_hour", min_value=0, max_value=23, widget=forms.HiddenInput, label=_("Hour")
    )

    class Meta:
        model = Round
        fields = ("status", "discipline", "plan", "post", "zone", "first", "last", "day")

    def by_zone(self, queryset: QuerySet[Round], name: str, value: Zone) -> QuerySet[Round]:
        """Rounds with a point in that zone."""
        points = list(Checkpoint.objects.filter(zone=value).values_list("pk", flat=True))
        return queryset.filter(points__overlap=points) if points else queryset.none()

    def by_hour(self, queryset: QuerySet[Round], name: str, value: Any) -> QuerySet[Round]:
        """Rounds due from within that hour of the local day."""
        hour = ExtractHour("due_start", tzinfo=self.zone())
        return queryset.alias(due_hour=hour).filter(due_hour=int(value))


class ScanFilter(DayFilter):
    """Scans by verdict, method, point, day, and discipline and post of their round."""

    time_field = "corrected_at"
    verdict = django_filters.ChoiceFilter(label=_("Verdict"), choices=Verdict.choices, method="by_verdict")
    zone = django_filters.ModelChoiceFilter(
        label=_("Zone"),
        field_name="checkpoint__zone",
        queryset=lambda request: Zone.objects.visible_to(request.user),
    )
    checkpoint = django_filters.ModelChoiceFilter(
        label=_("Point"), queryset=lambda request: Checkpoint.objects.visible_to(request.user)
    )
    late = django_filters.ChoiceFilter(
        label=_("Upload"),
        empty_label=_("Any"),
        choices=[("yes", _("More than 10 minutes later"))],
        method="by_late",
    )

    discipline = django_filters.ChoiceFilter(
        label=_("Discipline"), field_name="round__discipline", choices=Discipline.choices
    )
    post = django_filters.ModelChoiceFilter(
        label=_("Post"),
        field_name="round__post",
        queryset=lambda request: Post.objects.visible_to(request.user),
    )

    class Meta:
        model = Scan
        fields = ("verdict", "method", "zone", "checkpoint", "first", "last", "day")

    def by_verdict(self, queryset: QuerySet[Scan], name: str, value: str) -> QuerySet[Scan]:
        """Scans whose verdict, after review, is this one."""
        return with_standing(queryset).filter(standing=value)

    def by_late(self, queryset: QuerySet[Scan], name: str, value: str) -> QuerySet[Scan]:
        """Scans a phone sent long after they were made."""
        return queryset.filter(received_at__gt=F("corrected_at") + LATE_UPLOAD)


class PointFilter(django_filters.FilterSet):
    """Checkpoints by zone and use."""

    zone = django_filters.ModelChoiceFilter(
        label=_("Zone"), queryset=lambda request: Zone.objects.visible_to(request.user)
    )
    is_active = django_filters.BooleanFilter(label=_("In use"))

    class Meta:
        model = Checkpoint
        fields = ("zone", "is_active")
