"""The platform's addresses, and a viewset made for tests."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from tests.core.zones_api import ZoneViewSet

router = SimpleRouter()
router.register("test-zones", ZoneViewSet, basename="test-zone")

urlpatterns = [
    path("", include("core.urls")),
    path("api/v1/", include("core.api_urls")),
    path("api/v1/", include(router.urls)),
    path("accounts/", include("allauth.account.urls")),
]
