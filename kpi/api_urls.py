"""The figures' part of /api/v1/."""

from rest_framework.routers import SimpleRouter

from kpi.api.closed import ClosedMonthViewSet
from kpi.api.figures import FigureViewSet
from kpi.api.improvements import ImprovementViewSet
from kpi.api.targets import TargetViewSet

router = SimpleRouter()
router.register("figures", FigureViewSet, basename="figure")
router.register("improvements", ImprovementViewSet, basename="improvement")
router.register("closed-months", ClosedMonthViewSet, basename="closed-month")
router.register("targets", TargetViewSet, basename="target")

urlpatterns = router.urls
