"""Filters of the list, the board and the calendar. Every figure of the desk opens one of them."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import django_filters
from django import forms
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast, ExtractHour, ExtractIsoWeekDay
from django.utils.translation import gettext_lazy as _

from core import navigation
from core.clock import now
from core.models import Attachment
from core.recurrence import begin_of
from core.widgets import DateInput
from incidents.categories import CATEGORIES
from incidents.counted import COUNTED
from incidents.models import Case, CaseKind, CaseSource, CaseStatus, Level, Priority
from incidents.selectors.events import IMPACTS, NO_PLACE
from incidents.selectors.figures import condition
from incidents.selectors.teams import with_department
from incidents.workflows import WORKFLOWS
from organization.access import sites_of
from organization.models import Person, Zone

ME, NOBODY = "me", "nobody"
#: What a figure's days are when none are given.
EARLIEST, LATEST = date(2000, 1, 1), date(2199, 12, 31)
LOW, MIDDLE, HIGH, NONE = "low", "middle", "high", "none"
RATINGS = [
    (LOW, _("1 or 2 of 5")),
    (MIDDLE, _("3 of 5")),
    (HIGH, _("4 or 5 of 5")),
    (NONE, _("Done and not rated")),
]
_RATED = {LOW: (1, 2), MIDDLE: (3, 3), HIGH: (4, 5)}
_HIDDEN = {"widget": forms.HiddenInput}


def state_choices() -> list[tuple[str, list[tuple[str, Any]]]]:
    """Every state, grouped by kind: ("hazard.found", name)."""
    return [
        (str(CaseKind(kind).label), [(f"{kind}.{state.code}", state.label) for state in workflow.states])
        for kind, workflow in WORKFLOWS.items()
    ]


def category_choices() -> list[tuple[str, list[tuple[str, Any]]]]:
    """Every category, grouped by kind: ("hazard.gas", name)."""
    return [
        (str(CaseKind(kind).label), [(f"{kind}.{one.code}", one.label) for one in categories])
        for kind, categories in CATEGORIES.items()
    ]


def counted_choices() -> list[tuple[str, Any]]:
    """Everything figures count of cases."""
    return [(code, about.name) for code, about in COUNTED.items()]


def zone_of(request: Any) -> ZoneInfo:
    """The zone of the site looked at, or of the person's first one."""
    site = navigation.current_site(request)
    if site is None:
        site = next(iter(sites_of(request.user)), None)
    return ZoneInfo(site.time_zone) if site is not None else ZoneInfo("UTC")


def zones_here(request: Any) -> "QuerySet[Zone]":
    """Zones to choose from: those in use at the site looked at, and one that is not any more but is asked for; of all sites together they would be too many."""
    site = navigation.current_site(request)
    asked = request.GET.get("zone", "")
    named = Q(pk=asked) if asked.isdecimal() else Q(pk=None)
    zones = Zone.objects.visible_to(request.user).filter(Q(is_active=True) | named)
    return zones.filter(site_id=site.pk) if site is not None else zones.none()


def busy_people(request: Any) -> "QuerySet[Person]":
    """People who have a case to settle."""
    busy = Case.objects.visible_to(request.user).filter(closed_at=None, assigned_to__isnull=False)
    site = navigation.current_site(request)
    busy = busy.filter(site_id=site.pk) if site is not None else busy
    people: QuerySet[Person] = Person.objects.filter(pk__in=busy.values("assigned_to"))
    return people.order_by("name", "pk")


class CaseFilter(django_filters.FilterSet):
    """By all that a desk asks for. Days are those of the chosen site, or of the person's first one."""

    #: asked for less often: behind “More filters”
    folded: tuple[str, ...] = (
        "state",
        "category",
        "level",
        "source",
        "photos",
        "rating",
        "zone",
        "first",
        "last",
        "person",
        "counted",
    )

    status = django_filters.ChoiceFilter(label=_("Status"), choices=CaseStatus.choices, method="by_status")
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=CaseKind.choices)
    priority = django_filters.ChoiceFilter(label=_("Priority"), choices=Priority.choices)
    assigned = django_filters.ChoiceFilter(
        label=_("Assigned to"), choices=[(ME, _("Me")), (NOBODY, _("Nobody"))], method="by_assigned"
    )
    overdue = django_filters.ChoiceFilter(
        label=_("Due"), choices=[("yes", _("Overdue")), ("today", _("Within 24 hours"))], method="by_overdue"
    )
    state = django_filters.ChoiceFilter(label=_("State"), choices=state_choices, method="by_state")
    category = django_filters.ChoiceFilter(
        label=_("Category"), choices=category_choices, method="by_category"
    )
    level = django_filters.ChoiceFilter(label=_("Level"), choices=Level.choices, field_name="incident__level")
    source = django_filters.ChoiceFilter(label=_("Source"), choices=CaseSource.choices)
    photos = django_filters.ChoiceFilter(
        label=_("Photos"), choices=[("yes", _("With photos")), ("no", _("Without"))], method="by_photos"
    )
    rating = django_filters.ChoiceFilter(label=_("Rating"), choices=RATINGS, method="by_rating")
    zone = django_filters.ModelChoiceFilter(label=_("Zone"), queryset=zones_here)
    person = django_filters.ModelChoiceFilter(
        label=_("Person"), field_name="assigned_to", queryset=busy_people
    )
    first = django_filters.DateFilter(label=_("Reported from"), method="reported_from", widget=DateInput)
    last = django_filters.DateFilter(label=_("Reported until"), method="reported_until", widget=DateInput)
    counted = django_filters.ChoiceFilter(label=_("Counted as"), choices=counted_choices, method="by_counted")
    subcategory = django_filters.CharFilter(field_name="subcategory", **_HIDDEN)
    place = django_filters.CharFilter(method="by_place", **_HIDDEN)
    impact = django_filters.ChoiceFilter(
        method="by_impact", choices=[(number, number) for number in IMPACTS], **_HIDDEN
    )
    hour = django_filters.NumberFilter(method="by_hour", min_value=0, max_value=23, **_HIDDEN)
    weekday = django_filters.NumberFilter(method="by_weekday", min_value=1, max_value=7, **_HIDDEN)
    due_first = django_filters.DateFilter(method="due_from", **_HIDDEN)
    due_last = django_filters.DateFilter(method="due_until", **_HIDDEN)
    done = django_filters.ChoiceFilter(method="by_done", choices=[("yes", "")], **_HIDDEN)
    department = django_filters.CharFilter(method="by_department", **_HIDDEN)
    nowhere = django_filters.ChoiceFilter(method="by_nowhere", choices=[("yes", "")], **_HIDDEN)

    class Meta:
        model = Case
        fields: tuple[str, ...] = ("kind", "priority", "source")

    # --- days ---------------------------------------------------------------------------------

    def local_zone(self) -> ZoneInfo:
        """The zone days are meant in."""
        return zone_of(self.request)

    def begin(self, day: date) -> datetime:
        """Midnight at the beginning of a local day."""
        return begin_of(day, self.local_zone())

    def reported_from(self, rows: QuerySet[Case], name: str, value: date) -> QuerySet[Case]:
        """Reported on that day or later; with a figure its own days count (`by_counted`)."""
        if self.figure:
            return rows
        return rows.filter(reported_at__gte=self.begin(value))

    def reported_until(self, rows: QuerySet[Case], name: str, value: date) -> QuerySet[Case]:
        """Reported before the end of that day; with a figure its own days count."""
        if self.figure:
            return rows
        return rows.filter(reported_at__lt=self.begin(value + timedelta(days=1)))

    def due_from(self, rows: QuerySet[Case], name: str, value: date) -> QuerySet[Case]:
        """Due on that day or later."""
        return rows.filter(due_at__gte=self.begin(value))

    def due_until(self, rows: QuerySet[Case], name: str, value: date) -> QuerySet[Case]:
        """Due before the end of that day."""
        return rows.filter(due_at__lt=self.begin(value + timedelta(days=1)))

    def by_hour(self, rows: QuerySet[Case], name: str, value: Any) -> QuerySet[Case]:
        """Reported in that hour of the local day."""
        hour = ExtractHour("reported_at", tzinfo=self.local_zone())
        return rows.alias(reported_hour=hour).filter(reported_hour=int(value))

    def by_weekday(self, rows: QuerySet[Case], name: str, value: Any) -> QuerySet[Case]:
        """Reported on that day of the local week, 1 for Monday."""
        weekday = ExtractIsoWeekDay("reported_at", tzinfo=self.local_zone())
        return rows.alias(reported_weekday=weekday).filter(reported_weekday=int(value))

    @property
    def figure(self) -> str:
        """The measure whose cases are asked for, or ""."""
        asked = self.form.data.get("counted", "")
        return asked if asked in COUNTED else ""

    def by_counted(self, rows: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        """The cases behind a figure, by the days it counts them on."""
        first, last = (self.form.cleaned_data.get(day) for day in ("first", "last"))
        return rows.filter(condition(value, self.local_zone(), first or EARLIEST, last or LATEST))

    # --- the rest -----------------------------------------------------------------------------

    def by_status(self, rows: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        """Work that is left is looked up among what is not closed."""
        rows = rows.filter(status=value)
        return rows.filter(closed_at=None) if value in (CaseStatus.OPEN, CaseStatus.RESOLVED) else rows

    def by_assigned(self, rows: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        """Mine, or nobody's."""
        return rows.filter(assigned_to=self.request.user if value == ME else None)

    def by_overdue(self, rows: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        """Open, and past their due time or within a day of it."""
        until = now() if value == "yes" else now() + timedelta(hours=24)
        return rows.filter(status=CaseStatus.OPEN, closed_at=None, due_at__lt=until)

    def by_state(self, rows: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        """At a state of a kind's workflow."""
        kind, _dot, state = value.partition(".")
        return rows.filter(kind=kind, state=state)

    def by_category(self, rows: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        """Of a category of a kind."""
        kind, _dot, category = value.partition(".")
        return rows.filter(kind=kind, category=category)

    def by_photos(self, rows: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        """With or without photos of their own."""
        kind = ContentType.objects.get_for_model(Case)
        key = Cast(OuterRef("pk"), CharField())
        photo = Exists(Attachment.objects.filter(content_type=kind, object_id=key))
        return rows.filter(photo if value == "yes" else ~photo)

    def by_rating(self, rows: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        """Requests by what the resident thought of them."""
        rows = rows.filter(kind=CaseKind.SERVICE_REQUEST)
        if value == NONE:
            ended = rows.filter(status__in=(CaseStatus.RESOLVED, CaseStatus.CLOSED))
            return ended.filter(request__rating=None)
        return rows.filter(request__rating__range=_RATED[value])

    def by_impact(self, rows: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        """Those a number of the impact was added up from."""
        return rows.filter(IMPACTS[value])

    def by_place(self, rows: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        """At exactly this place, or with none named."""
        return rows.filter(place="" if value == NO_PLACE else value)

    def by_department(self, rows: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        """Given to somebody of that department, or of none."""
        return rows.filter(with_department(value))

    def by_done(self, rows: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        """Once reported done."""
        return rows.filter(first_resolved_at__isnull=False)

    def by_nowhere(self, rows: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        """In no zone."""
        return rows.filter(zone=None)


class BoardFilter(CaseFilter):
    """What narrows a board: its columns are the states already."""

    folded = ()

    class Meta(CaseFilter.Meta):
        fields = ("priority",)

    kind = None
    status = None
    state = None
    level = None
    source = None
    photos = None
    rating = None
    first = None
    last = None
    category = None
    counted = None
