"""Addresses under /outbox/."""

from django.urls import path

from core.outbox import views

app_name = "outbox"
urlpatterns = [
    path("", views.DeadList.as_view(), name="dead"),
    path("<uuid:pk>/again/", views.try_again, name="again"),
]
