"""How the list of acts can be narrowed."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.audit import actions
from core.context_processors import Shell
from core.models import AuditEntry
from core.widgets import DateInput


def _choices() -> list[tuple[str, str]]:
    """Every registered act, by its words without places."""
    named = [(name, str(title).split("%(", 1)[0].strip()) for name, title in actions.registered().items()]
    return sorted(named, key=lambda choice: choice[1])


class AuditFilter(django_filters.FilterSet):
    """By act and by day, in the zone the page shows."""

    action = django_filters.ChoiceFilter(label=_("Act"), choices=_choices, empty_label=_("Any"))
    since = django_filters.DateFilter(label=_("From"), method="from_day", widget=DateInput)
    until = django_filters.DateFilter(label=_("To"), method="to_day", widget=DateInput)

    class Meta:
        model = AuditEntry
        fields = ("action",)

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time.min, ZoneInfo(Shell(self.request).zone))

    def from_day(self, rows: QuerySet[Any], name: str, value: date) -> QuerySet[Any]:
        """From the beginning of that day."""
        return rows.filter(at__gte=self._midnight(value))

    def to_day(self, rows: QuerySet[Any], name: str, value: date) -> QuerySet[Any]:
        """To the end of that day."""
        end = datetime.combine(value, time.max, ZoneInfo(Shell(self.request).zone))
        return rows.filter(at__lte=end)
