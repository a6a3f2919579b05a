"""Addresses of cases in the API."""

from rest_framework.routers import SimpleRouter

from incidents.api import CaseViewSet

router = SimpleRouter()
router.register("cases", CaseViewSet)

urlpatterns = router.urls
