"""Addresses of the phone page, at the root of the site: the service worker's scope is its folder."""

from django.urls import path, re_path

from portal import phone

urlpatterns = [
    path("sw.js", phone.service_worker, name="service_worker"),
    path("m/", phone.start, name="phone"),
    path("m/manifest.webmanifest", phone.manifest, name="phone_manifest"),
    path("m/<slug:language>/", phone.shell, name="phone_shell"),
    path("i18n/<slug:version>/<slug:language>.json", phone.catalog, name="phone_texts"),
    re_path(r"^c/(?P<token>[0-9A-Za-z._~-]{1,200})/?$", phone.label, name="label"),
]
