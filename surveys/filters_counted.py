"""What narrows the waves behind a figure."""

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.widgets import DateInput
from organization.models import Site
from surveys.counted import COUNTED
from surveys.models import Audience, Purpose, Wave, WaveState


class CountedFilter(django_filters.FilterSet):  # type: ignore[misc]  # ships no types
    """By site and by the days they were closed on. Which number is shown of each is said by `counted`."""

    site = django_filters.ModelChoiceFilter(
        label=_("Site"), queryset=lambda request: Site.objects.visible_to(request.user)
    )
    first = django_filters.DateFilter(
        label=_("From"), field_name="closed_on", lookup_expr="gte", widget=DateInput
    )
    last = django_filters.DateFilter(
        label=_("Until"), field_name="closed_on", lookup_expr="lte", widget=DateInput
    )
    counted = django_filters.ChoiceFilter(
        label=_("Counted as"),
        choices=[(code, about.name) for code, about in COUNTED.items()],
        method="unchanged",
    )

    class Meta:
        model = Wave
        fields = ("site", "first", "last", "counted")

    @property
    def qs(self) -> "QuerySet[Wave]":
        """Only what counts at all."""
        rows: QuerySet[Wave] = super().qs
        return rows.filter(
            state=WaveState.CLOSED,
            audience=Audience.HOUSEHOLDS,
            version__questionnaire__purpose=Purpose.SATISFACTION,
        ).order_by("-closed_on", "-pk")

    def unchanged(self, rows: "QuerySet[Wave]", name: str, value: str) -> "QuerySet[Wave]":
        """The number is a column, no condition."""
        return rows
