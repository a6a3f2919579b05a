"""What production runs, on one machine: nothing is switched off that a request meets there."""

from config.settings.base import *  # noqa: F403 - as every profile of config.settings

ALLOWED_HOSTS = ["127.0.0.1", "testserver"]
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
# Pages name their files by hash only where these were collected; a measurement needs no files.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
