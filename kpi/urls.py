"""Addresses of figures."""

from django.urls import path

from kpi import views

app_name = "kpi"

urlpatterns = [
    path("", views.month, name="month"),
    path("events/", views.events, name="events"),
    path("sites/", views.sites, name="sites"),
    path("reports/", views.ReportList.as_view(), name="reports"),
    path("reports/make/", views.make_report, name="make_report"),
    path("reports/<int:pk>/<slug:form>/", views.report_file, name="report_file"),
]
