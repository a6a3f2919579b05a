"""The figures' part of /api/v1/."""

from rest_framework.routers import SimpleRouter

from kpi.api import FigureViewSet

router = SimpleRouter()
router.register("figures", FigureViewSet, basename="figure")

urlpatterns = router.urls
