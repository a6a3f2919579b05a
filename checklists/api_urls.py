"""Addresses of checklists in the API."""

from rest_framework.routers import SimpleRouter

from checklists.api import ChecklistViewSet, CheckViewSet

router = SimpleRouter()
router.register("checklists", ChecklistViewSet)
router.register("checks", CheckViewSet)

urlpatterns = router.urls
