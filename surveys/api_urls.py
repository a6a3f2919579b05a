"""The surveys' part of /api/v1/."""

from rest_framework.routers import SimpleRouter

from surveys.api_results import SurveyResultViewSet

router = SimpleRouter()
router.register("survey-results", SurveyResultViewSet, basename="survey-result")

urlpatterns = router.urls
