"""The platform's part of /api/v1/."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from core.api import schema
from core.api.session import session
from core.attachments.views import upload
from core.offline.views import operations

urlpatterns = [
    path("session/", session, name="session"),
    path("operations/", operations, name="operations"),
    path("uploads/<str:sha256>/", upload, name="upload"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", schema.docs, name="docs"),
]
