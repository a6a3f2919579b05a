"""Addresses of the organization in the API."""

from rest_framework.routers import SimpleRouter

from organization.api import HouseholdViewSet

router = SimpleRouter()
router.register("households", HouseholdViewSet)

urlpatterns = router.urls
