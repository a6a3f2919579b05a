"""All addresses, by app."""

from django.conf import settings
from django.urls import include, path

urlpatterns = [
    path("", include("portal.urls")),
    path("", include("portal.urls_phone")),
    path("", include("core.urls")),
    path("", include("core.urls_frame")),
    path("api/v1/", include("config.api_urls")),
    path("accounts/", include("allauth.account.urls")),
    path("organization/", include("organization.urls")),
    path("rosters/", include("rosters.urls")),
    path("checklists/", include("checklists.urls")),
    path("actions/", include("collaboration.urls")),
    path("cases/", include("incidents.urls")),
    path("patrols/", include("patrols.urls")),
    path("kpi/", include("kpi.urls")),
    path("surveys/", include("surveys.urls")),
]

handler400 = "core.views.errors.bad_request"
handler403 = "core.views.errors.forbidden"
handler404 = "core.views.errors.not_found"
handler500 = "core.views.errors.server_error"

if settings.DEBUG or getattr(settings, "TESTING", False):
    urlpatterns.append(path("", include("core.urls_styleguide")))
