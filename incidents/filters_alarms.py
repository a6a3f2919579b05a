"""What narrows the list of alarms."""

from datetime import date, datetime, timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core import navigation
from core.recurrence import begin_of
from core.widgets import DateInput
from incidents.counted import ALARMS_COUNTED
from incidents.filters import zone_of, zones_here
from incidents.models import (
    OPEN_STATES,
    Alarm,
    AlarmNature,
    AlarmSeverity,
    AlarmSource,
    AlarmState,
    FalseReason,
    SourceKind,
)
from incidents.selectors.alarm_figures import ALARM_MEASURES
from organization.access import sites_of

OPEN = "open"


def sources_here(request: Any) -> "QuerySet[AlarmSource]":
    """The sources of the sites looked at. Their names stand in the list anyway, so everybody may choose by them."""
    site = navigation.current_site(request)
    sites = [site] if site is not None else sites_of(request.user)
    return AlarmSource.objects.filter(site__in=sites).order_by("name", "pk")


class AlarmFilter(django_filters.FilterSet):  # type: ignore[misc]  # ships no types
    """By state, severity, system and day. Days are those of the chosen site, or of the person's first one."""

    folded: tuple[str, ...] = ("source", "reason", "nature", "counted", "first", "last")

    state = django_filters.ChoiceFilter(
        label=_("State"), choices=[(OPEN, _("Not settled")), *AlarmState.choices], method="by_state"
    )
    severity = django_filters.ChoiceFilter(label=_("Severity"), choices=AlarmSeverity.choices)
    kind = django_filters.ChoiceFilter(
        label=_("System"), choices=SourceKind.choices, field_name="source__kind"
    )
    source = django_filters.ModelChoiceFilter(label=_("Source"), queryset=sources_here)
    reason = django_filters.ChoiceFilter(
        label=_("Why it was false"), choices=FalseReason.choices, field_name="false_reason"
    )
    nature = django_filters.ChoiceFilter(label=_("Nature"), choices=AlarmNature.choices)
    zone = django_filters.ModelChoiceFilter(queryset=zones_here, widget=forms.HiddenInput)
    counted = django_filters.ChoiceFilter(
        label=_("Counted as"),
        choices=[(code, about.name) for code, about in ALARMS_COUNTED.items()],
        method="by_counted",
    )
    first = django_filters.DateFilter(label=_("From"), method="from_day", widget=DateInput)
    last = django_filters.DateFilter(label=_("Until"), method="until_day", widget=DateInput)

    class Meta:
        model = Alarm
        fields = ("severity", "nature")

    def by_state(self, rows: "QuerySet[Alarm]", name: str, value: str) -> "QuerySet[Alarm]":
        """At a state; what is not settled is looked up as such."""
        if value == OPEN:
            return rows.filter(state__in=OPEN_STATES, resolved_at=None)
        return rows.filter(state=value)

    def from_day(self, rows: "QuerySet[Alarm]", name: str, value: date) -> "QuerySet[Alarm]":
        """From the beginning of that day."""
        return rows.filter(**{f"{self._moment}__gte": self._begin(value)})

    def until_day(self, rows: "QuerySet[Alarm]", name: str, value: date) -> "QuerySet[Alarm]":
        """Before the end of that day."""
        return rows.filter(**{f"{self._moment}__lt": self._begin(value + timedelta(days=1))})

    def by_counted(self, rows: "QuerySet[Alarm]", name: str, value: str) -> "QuerySet[Alarm]":
        """Those behind a figure, which counts them by the time they were received."""
        return rows.filter(ALARM_MEASURES[value])

    @property
    def _moment(self) -> str:
        """What days are asked of: the first message, with a figure its receipt."""
        return "received_at" if self.form.data.get("counted") in ALARM_MEASURES else "first_at"

    def _begin(self, day: date) -> datetime:
        return begin_of(day, zone_of(self.request))
