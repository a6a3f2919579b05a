"""Addresses of the platform."""

from django.urls import include, path

from core import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("audit/", include("core.audit.urls")),
    path("files/", include("core.attachments.urls")),
    path("imports/", include("core.imports.urls")),
    path("jobs/", include("core.jobs.urls")),
    path("notifications/", include("core.notifications.urls")),
    path("outbox/", include("core.outbox.urls")),
    path("quarantine/", include("core.offline.urls")),
    path("robots/", include("core.notifications.channels.robots.urls")),
    path("views/", include("core.saved_views.urls")),
    path("webhooks/", include("core.webhooks.urls")),
]
