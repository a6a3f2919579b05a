"""Addresses of the composed pages."""

from django.urls import path, re_path

from portal import urls_residents
from portal.views import home, survey_preview

app_name = "portal"

urlpatterns = [
    path("", home.home, name="home"),
    path("live/", home.live_page, name="live"),
    re_path(
        r"^live/(?P<pk>\d+)/(?P<part>figures|rounds|cases|plan|feed|presence|alarms)/$",
        home.live_part,
        name="live_part",
    ),
    path("surveys/preview/<int:pk>/", survey_preview.survey_preview, name="survey_preview"),
    *urls_residents.urlpatterns,
]
