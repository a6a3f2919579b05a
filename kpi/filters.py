"""Filters of the API of figures."""

from typing import Any

import django_filters
from django.db.models import QuerySet

from kpi.models import DayFigure
from organization.models import Site, Zone


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
