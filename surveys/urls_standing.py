"""Addresses of the questions after a service."""

from django.urls import path

from surveys.views import standing

urlpatterns = [
    path("after-service/", standing.after_service, name="after_service"),
    path("after-service/<int:pk>/on/", standing.SwitchOn.as_view(), name="after_service_on"),
    path("after-service/waves/<int:pk>/", standing.CapEdit.as_view(), name="after_service_cap"),
    path("after-service/waves/<int:pk>/off/", standing.switch_off, name="after_service_off"),
]
