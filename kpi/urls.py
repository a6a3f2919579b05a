"""Addresses of figures."""

from django.urls import path

from kpi.views import bottlenecks, dimensions, events, heat, indicator, month, reports, sites, wall

app_name = "kpi"

urlpatterns = [
    path("", month.month, name="month"),
    path("events/", events.events, name="events"),
    path("indicators/<str:code>/", indicator.indicator, name="indicator"),
    path("heat/", heat.heat, name="heat"),
    path("bottlenecks/", bottlenecks.bottlenecks, name="bottlenecks"),
    path("dimensions/", dimensions.dimensions, name="dimensions"),
    path("wall/", wall.wall, name="wall"),
    path("wall/part/", wall.wall_part, name="wall_part"),
    path("sites/", sites.sites, name="sites"),
    path("reports/", reports.ReportList.as_view(), name="reports"),
    path("reports/make/", reports.make_report, name="make_report"),
    path("reports/<int:pk>/<slug:form>/", reports.report_file, name="report_file"),
]
