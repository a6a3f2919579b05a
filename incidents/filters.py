"""Filters of the list."""

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.clock import now
from incidents.models import Case, CaseKind, CaseStatus, Priority


class CaseFilter(django_filters.FilterSet):
    """By status, kind, priority, overdue, and the time of reporting."""

    status = django_filters.ChoiceFilter(label=_("Status"), choices=CaseStatus.choices)
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=CaseKind.choices)
    priority = django_filters.ChoiceFilter(label=_("Priority"), choices=Priority.choices)
    overdue = django_filters.ChoiceFilter(
        label=_("Due"), empty_label=_("Any"), choices=[("yes", _("Overdue"))], method="by_overdue"
    )

    class Meta:
        model = Case
        fields = ("status", "kind", "priority")

    def by_overdue(self, queryset: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        """Open and past their due time."""
        return queryset.filter(status=CaseStatus.OPEN, due_at__lt=now())
