"""Addresses of patrols in the API."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from patrols import api, api_phone

router = SimpleRouter()
router.register("checkpoints", api.CheckpointViewSet)
router.register("routes", api.RouteViewSet)
router.register("patrol-plans", api.PlanViewSet)
router.register("rounds", api.RoundViewSet)
router.register("scans", api.ScanViewSet)

urlpatterns = [
    path("scans/", api.scans, name="scans"),
    path("phone/bundle/", api_phone.bundle, name="phone-bundle"),
    path("phone/clock/", api_phone.clock, name="phone-clock"),
    path("", include(router.urls)),
]
