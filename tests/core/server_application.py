"""The platform under gunicorn, for tests that need several processes: with the kinds made for tests."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")

from django.conf import settings
from django.core.wsgi import get_wsgi_application

settings.ROOT_URLCONF = "tests.core.urls_platform"
application = get_wsgi_application()

from tests.core import kinds  # noqa: E402, F401 - registers the kinds, once apps are loaded
