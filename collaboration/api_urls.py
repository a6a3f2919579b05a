"""Addresses of action items and requests in the API."""

from rest_framework.routers import SimpleRouter

from collaboration.api.actions import ActionViewSet
from collaboration.api.requests import RequestViewSet

router = SimpleRouter()
router.register("actions", ActionViewSet, basename="action")
router.register("collaboration-requests", RequestViewSet, basename="collaboration-request")

urlpatterns = router.urls
