"""All of /api/v1/: the `api_urls` of every app of ours that has them."""

from importlib import import_module

from django.urls import include, path
from django.utils.module_loading import module_has_submodule

APPS = (
    "core",
    "organization",
    "checklists",
    "documents",
    "rosters",
    "collaboration",
    "training",
    "incidents",
    "facilities",
    "patrols",
    "emergency",
    "surveys",
    "gatehouse",
    "fire_safety",
    "kpi",
    "portal",
)

app_name = "api"
urlpatterns = [
    path("", include(f"{app}.api_urls"))
    for app in APPS
    if module_has_submodule(import_module(app), "api_urls")
]
