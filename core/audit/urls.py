"""Addresses under /audit/."""

from django.urls import path

from core.audit import views
from core.auditor.views import FindingList

app_name = "audit"
urlpatterns = [
    path("", views.AuditList.as_view(), name="list"),
    path("missing/", FindingList.as_view(), name="findings"),
]
