"""Addresses under /quarantine/."""

from django.urls import path

from core.offline import pages

app_name = "quarantine"
urlpatterns = [
    path("", pages.QuarantineList.as_view(), name="list"),
    path("<int:pk>/", pages.detail, name="detail"),
    path("<int:pk>/release/", pages.release_record, name="release"),
    path("<int:pk>/dismiss/", pages.DismissPage.as_view(), name="dismiss"),
]
