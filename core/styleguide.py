"""Every component on one page, with made-up data: to look at, to copy from, and for the tests to measure."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import django_tables2 as tables
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core import charts, clock, plan, widgets
from core.context_processors import Shell
from core.lanes import Bar, Lanes, Row
from core.listing import DurationColumn, NumberColumn, Table, WhenColumn
from core.navigation import Link

ZONE = "Asia/Shanghai"
JOB = {"title": "Monthly report", "done": 42, "total": 100, "note": "Reading the rounds", "state": "running"}


class GuideShell(Shell):
    """The frame with made-up sites and navigation, so that the page needs no database."""

    signed_in = True
    unread = 3
    zone = ZONE
    topics = "person:0"
    initial = "李"
    account_links: list[Link] = []

    @property
    def user_sites(self) -> Any:
        """Three sites."""
        names = ("翠湖花园", "Harbour Square Tower 2", "Lakeside Gardens")
        return [SimpleNamespace(pk=number, name=name, time_zone=ZONE) for number, name in enumerate(names, 1)]

    @property
    def site(self) -> Any:
        """The first one is chosen."""
        return self.user_sites[0]

    @property
    def nav(self) -> list[Link]:
        """A full navigation."""
        below = tuple(
            Link(name, name, f"/styleguide/#{name}", "", name == "Rounds", ())
            for name in ("Rounds", "Plans", "Routes", "Points", "Coverage")
        )
        names = (
            ("Live", "broadcast"), ("Patrols", "signpost-split"), ("Cases", "exclamation-triangle"), ("Fire", "fire"),
            ("Rosters", "people"), ("Checklists", "card-checklist"), ("Figures", "graph-up"), ("Organization", "building"),
        )  # fmt: skip
        return [
            Link(name, name, f"/styleguide/#{name}", icon, name == "Patrols", below) for name, icon in names
        ]


class GuideForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(
        label="Name of the route", help_text="As the guards call it. At most 60 characters."
    )
    site = forms.ChoiceField(
        label="Site", choices=[("", "Choose"), ("1", "翠湖花园"), ("2", "Harbour Square")]
    )
    start = forms.TimeField(
        label="First start", widget=widgets.TimeInput, help_text="On the clock of the site."
    )
    day = forms.DateField(label="From", widget=widgets.DateInput, required=False)
    note = forms.CharField(
        label="Note for the guards", widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    order = forms.ChoiceField(
        label="Order of the points",
        widget=forms.RadioSelect,
        choices=[("fixed", "As listed"), ("any", "Any"), ("random", "Random for every round")],
    )
    days = forms.MultipleChoiceField(
        label="Days",
        widget=forms.CheckboxSelectMultiple,
        choices=[("1", "Monday to Friday"), ("2", "Weekend"), ("3", "Holidays")],
        required=False,
    )
    photo = forms.ImageField(label="Picture", required=False)
    active = forms.BooleanField(label="In use", required=False, help_text="Rounds are made while this is on.")


class GuideTable(Table):
    """A list's table."""

    name = tables.Column(verbose_name="Round", linkify=lambda record: f"/styleguide/#{record['name']}")
    at = WhenColumn(verbose_name="Due")
    points = NumberColumn(verbose_name="Points")
    took = DurationColumn(verbose_name="Took")
    who = tables.Column(verbose_name="Walked by")


def guide(request: HttpRequest) -> HttpResponse:
    """The style guide (development and tests)."""
    return render(request, "styleguide/guide.html", context(request))


guide.open_to_strangers = True  # type: ignore[attr-defined]  # made-up data; not routed in production


def part(request: HttpRequest) -> HttpResponse:
    """The inside of the guide's live section."""
    return render(request, "styleguide/_part.html", {"now": clock.now()})


part.open_to_strangers = True  # type: ignore[attr-defined]  # made-up data; not routed in production


def job(request: HttpRequest) -> HttpResponse:
    """The guide's running job, as its progress bar fetches it."""
    return render(request, "components/job.html", {"job": JOB, "state_url": request.path, "file_url": ""})


job.open_to_strangers = True  # type: ignore[attr-defined]  # made-up data; not routed in production


def context(request: HttpRequest) -> dict[str, Any]:
    """Made-up data for every component."""
    now = clock.now()
    refused = GuideForm({"name": "", "site": "9", "start": "25:00", "order": "fixed"})
    table = GuideTable(_rounds(now), request=request, order_by="at")
    table.paginate(per_page=4)
    return {
        "shell": GuideShell(request),
        "now": now,
        "earlier": now - timedelta(minutes=42),
        "later": now + timedelta(hours=3),
        "long": timedelta(hours=4, minutes=10),
        "form": GuideForm(initial={"order": "any"}),
        "refused": refused,
        "table": table,
        "trend": [97.2, 97.9, None, 98.1, 97.7, 98.6, 98.4, 99.0, 98.6, 98.7, 98.2, 98.7],
        "line": _line(),
        "bars": _bars(),
        "lanes": _lanes(now),
        "site_plan": _plan(),
        "polygon": "[[0.1,0.12],[0.42,0.1],[0.4,0.55],[0.12,0.5]]",
        "polygons": "[[[0.1,0.12],[0.42,0.1],[0.4,0.55],[0.12,0.5]]]",
        **_lists(now),
    }


def _rounds(now: datetime) -> list[dict[str, Any]]:
    names = (
        "Outer perimeter",
        "Underground car park",
        "Fire rounds, key areas",
        "Floors 3–6",
        "Plant rooms",
        "东门岗",
    )
    return [
        {"name": name, "at": now + timedelta(minutes=37 * (step - 3)), "points": 8 * (step + 1), "took": 60 * (11 + step), "who": "赵敏"}
        for step, name in enumerate(names)
    ]  # fmt: skip


def _line() -> charts.Chart:
    months = [f"2026-{month:02}" for month in range(1, 13)]
    values = [97.1, 97.6, 98.2, 97.9, None, 98.4, 98.8, 98.1, 97.4, 98.6, 98.7, 98.9]
    band = [(value - 0.8, value + 0.7) if value else (None, None) for value in values]
    return charts.Chart(
        "line",
        "Points reached",
        months,
        [charts.Series("Points reached", values)],
        unit="%",
        target=98,
        good="above",
        band=band,
        key="guide-line",
    )


def _bars() -> charts.Chart:
    series = [
        charts.Series("On time", [210, 198, 214, 205], "ok"),
        charts.Series("Late", [12, 18, 9, 14], "warn"),
        charts.Series("Missed", [2, 5, 1, 0], "danger"),
    ]
    return charts.Chart("stacked", "Rounds by week", ["W44", "W45", "W46", "W47"], series, key="guide-bars")


def _lanes(now: datetime) -> Lanes:
    start = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=4)

    def bar(at: float, length: float, tone: str, label: str, done: float | None = None) -> Bar:
        begin = start + timedelta(hours=at)
        return Bar(
            begin, begin + timedelta(hours=length), tone, label, f"{label or 'due'} · {tone}", "", done
        )

    rows = [
        Row("Outer perimeter", "8 points · every hour", "", [
            bar(0.2, 0.7, "ok", "8/8"), bar(1.2, 0.7, "ok", "8/8"), bar(2.3, 0.75, "warn", "8/8"),
            bar(3.6, 0.9, "info", "5/8", 63), bar(5, 0.7, "idle", ""), bar(6, 0.7, "idle", ""), bar(7, 0.7, "idle", "")]),
        Row("Underground car park", "12 points · every 2 h", "/styleguide/", [
            bar(0.4, 1.1, "ok", "12/12"), bar(2.4, 1, "ok", "12/12"), bar(4.6, 1, "idle", "")]),
        Row("Fire rounds", "15 checks · required", "", [
            bar(0.6, 0.9, "ok", "15/15"), bar(2.6, 0.9, "danger", "missed"), bar(4.6, 0.9, "idle", "")]),
    ]  # fmt: skip
    return Lanes("Rounds of tonight", start, start + timedelta(hours=8), ZoneInfo(ZONE), rows, now)


def _plan() -> plan.Plan:
    points = [
        plan.Point(0.12, 0.2, "ok", "Perimeter 01, reached 12 minutes ago"), plan.Point(0.5, 0.16, "ok", "Perimeter 02"),
        plan.Point(0.84, 0.3, "warn", "Perimeter 03, due in 6 minutes"), plan.Point(0.62, 0.7, "danger", "Pump room, overdue"),
        plan.Point(0.3, 0.76, "idle", "Zhao Min", "", "赵"),
    ]  # fmt: skip
    areas = [plan.Area([[0.06, 0.4], [0.4, 0.4], [0.4, 0.9], [0.06, 0.9]], "East car park", "info")]
    return plan.Plan("Site plan of Lakeside Gardens", "", 240, 120, points, areas)


def _lists(now: datetime) -> dict[str, Any]:
    return {
        "facts": [("Case", "2026-0412"), ("Place", "Building 3, unit 2"), ("Reported", "王建军"), ("Closed", None)],
        "events": [
            {"at": now, "title": "On site", "who": "王建军", "text": "", "tone": "info", "url": ""},
            {"at": now - timedelta(minutes=6), "title": "Acknowledged", "who": "李伟", "text": "Lift company called.", "tone": "ok", "url": ""},
            {"at": now - timedelta(minutes=9), "title": "Reported: people stuck in the lift", "who": "陈国栋", "text": "", "tone": "danger", "url": "/styleguide/"},
        ],
        "steps": [("Reported", "done"), ("Acknowledged", "done"), ("On site", "now"), ("Resolved", "next"), ("Closed", "next")],
        "tabs": [
            {"label": "Open", "url": "/styleguide/", "current": True, "count": 9},
            {"label": "Closed", "url": "/styleguide/", "current": False, "count": 214},
            {"label": "All", "url": "/styleguide/", "current": False, "count": None},
        ],
        "job": JOB,
    }  # fmt: skip
