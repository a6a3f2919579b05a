"""Addresses of surveys in the API."""

from rest_framework.routers import SimpleRouter

from surveys.api import OccasionViewSet, QuestionnaireViewSet, WaveViewSet
from surveys.api_results import SurveyResultViewSet

router = SimpleRouter()
router.register("questionnaires", QuestionnaireViewSet, basename="questionnaire")
router.register("survey-waves", WaveViewSet, basename="survey-wave")
router.register("survey-occasions", OccasionViewSet, basename="survey-occasion")
router.register("survey-results", SurveyResultViewSet, basename="survey-result")

urlpatterns = router.urls
