"""Filters of the lists. Every figure of the reports opens one of them."""

from datetime import date, timedelta
from typing import Any

import django_filters
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from collaboration import sources
from collaboration.models import (
    ActionItem,
    ActionKind,
    ActionStatus,
    CollaborationRequest,
    RequestKind,
    RequestStatus,
)
from collaboration.models.requests import OWED
from collaboration.selectors.figures import ACTION_MEASURES, REQUEST_MEASURES, bounds
from core.clock import now
from core.widgets import DateInput
from organization.access import sites_of
from organization.models import Department, Person, Site

OVERDUE = [("yes", _("Overdue"))]


class CountedFilter(django_filters.FilterSet):
    """First and last site-local day, both included: of the due time, or of the time the chosen figure counts by."""

    measures: dict[str, tuple[str, Q]] = {}
    first = django_filters.DateFilter(label=_("From"), method="from_day", widget=DateInput)
    last = django_filters.DateFilter(label=_("Until"), method="until_day", widget=DateInput)
    source = django_filters.ChoiceFilter(label=_("Came from"), choices=sources.choices, method="by_source")

    def _site(self) -> Site | None:
        """Days are meant on the wall of the chosen site, else of the person's first."""
        sites = sites_of(self.request.user)
        chosen = self.data.get("site", "") if hasattr(self.data, "get") else ""
        return next((one for one in sites if str(one.pk) == chosen), sites[0] if sites else None)

    def _by_day(self, queryset: QuerySet[Any], lookup: str, day: date, *, end: bool) -> QuerySet[Any]:
        site = self._site()
        if site is None:
            return queryset.none()
        field = self.measures.get(str(self.data.get("counted", "")), ("due_at", Q()))[0]
        last = day + timedelta(days=1) if end else day
        return queryset.filter(**{f"{field}__{lookup}": bounds(site, last, last)[0]})

    def from_day(self, queryset: QuerySet[Any], name: str, value: date) -> QuerySet[Any]:
        """From that day on."""
        return self._by_day(queryset, "gte", value, end=False)

    def until_day(self, queryset: QuerySet[Any], name: str, value: date) -> QuerySet[Any]:
        """Until the end of that day."""
        return self._by_day(queryset, "lt", value, end=True)

    def by_counted(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Those behind a figure."""
        return queryset.filter(self.measures[value][1])

    def by_source(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Those that came from a record of this kind."""
        return queryset.filter(source_type=ContentType.objects.get_for_model(apps.get_model(value)))


class ActionFilter(CountedFilter):
    """Action items by status, overdue, owner, kind, source, figure and day."""

    measures = ACTION_MEASURES
    status = django_filters.ChoiceFilter(label=_("Status"), choices=ActionStatus.choices)
    overdue = django_filters.ChoiceFilter(
        label=_("Due"), empty_label=_("Any"), choices=OVERDUE, method="by_overdue"
    )
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=ActionKind.choices)
    owner = django_filters.ModelChoiceFilter(
        label=_("Owner"),
        queryset=lambda request: Person.objects.visible_to(request.user).filter(
            pk__in=ActionItem.objects.visible_to(request.user).order_by().values("owner_id")
        ),
    )
    department = django_filters.ModelChoiceFilter(
        label=_("Department"),
        null_label=_("no department"),
        queryset=lambda request: Department.objects.visible_to(request.user),
    )
    counted = django_filters.ChoiceFilter(
        label=_("Counted as"),
        choices=[
            ("actions_due", _("Due")),
            ("actions_in_time", _("Done in time")),
            ("actions_done", _("Done, also late")),
            ("actions_cancelled", _("Cancelled")),
            ("actions_verified", pgettext_lazy("action item", "Verified")),
            ("actions_effective", _("Effective")),
        ],
        method="by_counted",
    )

    class Meta:
        model = ActionItem
        fields = ("status", "overdue", "owner", "department", "kind", "source", "counted", "first", "last")

    def by_overdue(self, queryset: QuerySet[ActionItem], name: str, value: str) -> QuerySet[ActionItem]:
        """Open and past their due time."""
        return queryset.filter(status=ActionStatus.OPEN, due_at__lt=now())


class RequestFilter(CountedFilter):
    """Requests by status, overdue, asked department, kind, source, figure and day."""

    measures = REQUEST_MEASURES
    status = django_filters.ChoiceFilter(label=_("Status"), choices=RequestStatus.choices)
    overdue = django_filters.ChoiceFilter(
        label=_("Due"),
        empty_label=_("Any"),
        choices=[*OVERDUE, ("unanswered", _("Not answered in time"))],
        method="by_overdue",
    )
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=RequestKind.choices)
    to_department = django_filters.ModelChoiceFilter(
        label=_("To department"),
        null_label=_("somebody outside"),
        queryset=lambda request: Department.objects.visible_to(request.user),
    )
    counted = django_filters.ChoiceFilter(
        label=_("Counted as"),
        choices=[
            ("requests_due", _("Due")),
            ("requests_in_time", _("Delivered in time")),
            ("requests_declined", _("Declined")),
        ],
        method="by_counted",
    )

    class Meta:
        model = CollaborationRequest
        fields = ("status", "overdue", "to_department", "kind", "source", "counted", "first", "last")

    def by_overdue(
        self, queryset: QuerySet[CollaborationRequest], name: str, value: str
    ) -> QuerySet[CollaborationRequest]:
        """Owed past the due time, or waiting for an answer past its limit."""
        if value == "unanswered":
            return queryset.filter(status=RequestStatus.SUBMITTED, answer_by__lt=now())
        return queryset.filter(status__in=OWED, due_at__lt=now())
