"""ASGI entry of the event stream, a process of its own: uvicorn config.stream:application."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
django.setup()

from core.live.server import Stream  # noqa: E402 - its models need the apps above

application = Stream()
