"""Tests: real PostgreSQL and Valkey from tests/plugin.py, cheap password hashing, mail in memory."""

from .base import *

SECRET_KEY = "tests-only-" + "x" * 50
DEBUG = False
ALLOWED_HOSTS = ["*"]
TESTING = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
MEDIA_ROOT = BASE_DIR / "var" / "test-media"  # below the checkout: whoever tests may write there
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
for _template in TEMPLATES:
    _template["OPTIONS"]["string_if_invalid"] = "UNDEFINED:%s"  # type: ignore[index]
