"""Filters of figures and improvement measures."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.forms import HiddenInput
from django.utils.translation import gettext_lazy as _

from core import navigation
from core.clock import now
from kpi.models import OPEN, DayFigure, Improvement, Origin, Stage, Verdict
from kpi.selectors.comparing import measurable
from organization.models import Department, Person, Site, Zone


def visible_sites(request: Any) -> QuerySet[Site]:
    """Sites that exist for the person who asks."""
    return Site.objects.none() if request is None else Site.objects.visible_to(request.user)


def visible_zones(request: Any) -> QuerySet[Zone]:
    """Zones that exist for the person who asks."""
    return Zone.objects.none() if request is None else Zone.objects.visible_to(request.user)


class DayFigureFilter(django_filters.FilterSet):
    """By site, zone or whole sites only, and days from first to last, both included."""

    site = django_filters.ModelChoiceFilter(queryset=visible_sites)
    zone = django_filters.ModelChoiceFilter(queryset=visible_zones)
    whole_site = django_filters.BooleanFilter(field_name="zone", lookup_expr="isnull")
    first = django_filters.DateFilter(field_name="day", lookup_expr="gte")
    last = django_filters.DateFilter(field_name="day", lookup_expr="lte")

    class Meta:
        model = DayFigure
        fields = ("site", "zone", "whole_site", "first", "last")


def visible_owners(request: Any) -> QuerySet[Person]:
    """Who owns a measure the person may see."""
    rows: QuerySet[Person] = Person.objects.none()
    if request is not None:
        owners = Improvement.objects.visible_to(request.user).order_by().values("owner_id")
        rows = Person.objects.filter(pk__in=owners).order_by("name", "pk")
    return rows


def _indicators() -> list[tuple[str, str]]:
    """The indicators that are counted."""
    return [(code, f"{code} {one.name}") for code, one in measurable().items()]


def zones_here(request: Any) -> QuerySet[Zone]:
    """The zones of the site that is chosen."""
    site = None if request is None else navigation.current_site(request)
    zones = visible_zones(request).filter(is_active=True)
    return zones.filter(site_id=site.pk).order_by("code") if site is not None else zones.none()


def departments(request: Any) -> QuerySet[Department]:
    """The departments of the person's company."""
    rows: QuerySet[Department] = Department.objects.none()
    if request is not None:
        rows = Department.objects.visible_to(request.user).order_by("name", "pk")
    return rows


class ImprovementFilter(django_filters.FilterSet):
    """Improvement measures by stage, what they came from, indicator, zone, owner, department, result, and whether they are late."""

    stage = django_filters.ChoiceFilter(
        label=_("Stage"), choices=[("open", _("Open")), *Stage.choices], method="by_stage"
    )
    origin = django_filters.ChoiceFilter(label=_("Came from"), choices=Origin.choices)
    indicator = django_filters.ChoiceFilter(label=_("Indicator"), choices=_indicators)
    zone = django_filters.ModelChoiceFilter(label=_("Zone"), queryset=zones_here)
    owner = django_filters.ModelChoiceFilter(label=_("Owner"), queryset=visible_owners)
    department = django_filters.ModelChoiceFilter(label=_("Department"), queryset=departments)
    verdict = django_filters.ChoiceFilter(
        label=_("Result"),
        choices=[choice for choice in Verdict.choices if choice[0]],
        field_name="current__verdict",
    )
    late = django_filters.ChoiceFilter(
        label=_("Due"), empty_label=_("Any"), choices=[("yes", _("Overdue"))], method="by_late"
    )
    impact = django_filters.NumberFilter(min_value=1, max_value=5, widget=HiddenInput)
    effort = django_filters.NumberFilter(min_value=1, max_value=5, widget=HiddenInput)

    class Meta:
        model = Improvement
        fields = (
            "stage",
            "origin",
            "indicator",
            "zone",
            "owner",
            "department",
            "verdict",
            "late",
            "impact",
            "effort",
        )

    folded = ("zone", "department", "verdict", "late")

    def by_stage(self, queryset: QuerySet[Improvement], name: str, value: str) -> QuerySet[Improvement]:
        """One stage, or all that are somebody's work."""
        return queryset.filter(stage__in=OPEN) if value == "open" else queryset.filter(stage=value)

    def by_late(self, queryset: QuerySet[Improvement], name: str, value: str) -> QuerySet[Improvement]:
        """Planned or being done, past their due day by the calendar of UTC."""
        return queryset.filter(stage__in=(Stage.PLAN, Stage.DO), current__due_on__lt=now().date())
