"""Addresses of cases, alarms and intake points in the API."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from incidents.api import CaseViewSet
from incidents.api_alarms import AlarmViewSet
from incidents.api_residents import IntakePointViewSet
from incidents.views.alarm_intake import alarm_intake

router = SimpleRouter()
router.register("cases", CaseViewSet)
router.register("alarms", AlarmViewSet)
router.register("intake-points", IntakePointViewSet, basename="intake-point")

urlpatterns = [
    path("alarms/<uuid:public_id>/", alarm_intake, name="alarm-intake"),
    *router.urls,
]
