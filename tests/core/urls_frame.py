"""Addresses for tests of the page frame: core's own and one list of zones."""

from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template import RequestContext, Template
from django.urls import include, path

from core.listing import Empty, ListPage, NumberColumn, StatusColumn, Table
from organization.models import Zone
from organization.models.zones import ZoneKind


class ZoneTable(Table):
    """Two words, a number and a status."""

    code = tables.Column()
    name = tables.Column()
    kind = StatusColumn()
    area_m2 = NumberColumn(verbose_name="Area")
    review_due_on = tables.Column(visible=False)

    class Meta(Table.Meta):
        model = Zone
        fields = ("code", "name", "kind", "area_m2")


class ZoneFilter(django_filters.FilterSet):
    """By code."""

    code = django_filters.CharFilter(label="Code")
    kind = django_filters.MultipleChoiceFilter(label="Kind", choices=ZoneKind.choices)

    class Meta:
        model = Zone
        fields = ("code",)


class Zones(ListPage):
    """The list under test."""

    model = Zone
    table_class = ZoneTable
    filterset_class = ZoneFilter
    title = "Zones"
    search_fields = ("name", "code")
    site_path = "site"
    export_name = "zones"
    per_page = 10
    empty = Empty(title="No zones yet", text="Draw the first one.", url_name="zones", label="New zone")

    def get_queryset(self) -> QuerySet[Any]:
        """By code."""
        return Zone.objects.select_related("site").order_by("code")


class ClosedZones(Zones):
    """Nobody may open it."""

    def may_open(self) -> bool:
        """Never."""
        return False


class NoteForm(forms.Form):
    """What a person types."""

    title = forms.CharField(label="Title")
    text = forms.CharField(label="Text", widget=forms.Textarea)
    password = forms.CharField(label="Secret", widget=forms.PasswordInput, required=False)


def note(request: HttpRequest) -> HttpResponse:
    """A form page that leads to the list once it is taken."""
    form = NoteForm(request.POST or None)
    if form.is_valid():
        return HttpResponseRedirect("/zones/")
    return render(
        request,
        "base_form.html",
        {"form": form, "heading": "Note", "submit_label": "Save", "cancel_url": "", "intro": ""},
    )


def live(request: HttpRequest) -> HttpResponse:
    """A page with one live part."""
    return HttpResponse(
        Template(
            """{% extends "base.html" %}{% block title %}Live{% endblock %}{% block content %}<section id="part"
            data-controller="live" data-live-kinds-value="rounds" data-live-topics-value="site:1"
            data-live-url-value="/part/">old</section>{% endblock %}"""
        ).render(RequestContext(request))
    )


def part(request: HttpRequest) -> HttpResponse:
    """What the live part becomes."""
    return HttpResponse('<p>new</p><a id="link" href="#x">link</a><label>Say<input id="say"></label>')


def broken(request: HttpRequest) -> HttpResponse:
    """Fails."""
    raise RuntimeError("broken on purpose")


urlpatterns = [
    path("note/", note),
    path("live/", live),
    path("part/", part),
    path("broken/", broken),
    path("zones/", Zones.as_view(), name="zones"),
    path("closed/", ClosedZones.as_view(), name="closed"),
    path("", include("core.urls")),
    path("", include("core.urls_frame")),
    path("", include("core.urls_styleguide")),
    path("accounts/", include("allauth.account.urls")),
]
handler400 = "core.views.errors.bad_request"
handler403 = "core.views.errors.forbidden"
handler404 = "core.views.errors.not_found"
handler500 = "core.views.errors.server_error"
