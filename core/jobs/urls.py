"""Addresses under /jobs/."""

from django.urls import path

from core.jobs import views

app_name = "jobs"
urlpatterns = [
    path("", views.JobList.as_view(), name="list"),
    path("<uuid:pk>/", views.detail, name="detail"),
    path("<uuid:pk>/state/", views.state, name="state"),
    path("<uuid:pk>/file/", views.download, name="file"),
]
