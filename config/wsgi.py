"""WSGI entry: pages and the API."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
_application = get_wsgi_application()

from config.scan_lane import with_scan_lane  # noqa: E402 - models are there once the settings are

application = with_scan_lane(_application)
