"""The figures' part of /api/v1/."""

from rest_framework.routers import SimpleRouter

from kpi.api.figures import FigureViewSet
from kpi.api.improvements import ImprovementViewSet

router = SimpleRouter()
router.register("figures", FigureViewSet, basename="figure")
router.register("improvements", ImprovementViewSet, basename="improvement")

urlpatterns = router.urls
