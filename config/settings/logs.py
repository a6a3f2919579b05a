"""Logs: one JSON object a line on standard output, each with the request id, the actor and the act.

LOG_FORMAT=console prints for people (the demo, development); LOG_LEVEL sets the threshold.
"""

from typing import Any

import environ

from core.logging import configure, formatters

_env = environ.FileAwareEnv()
_LOG_FORMAT: str = _env("LOG_FORMAT", default="json")
_LOG_LEVEL: str = _env("LOG_LEVEL", default="INFO")

configure()

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": formatters(),
    "handlers": {"stdout": {"class": "logging.StreamHandler", "formatter": _LOG_FORMAT}},
    "root": {"handlers": ["stdout"], "level": _LOG_LEVEL},
    "loggers": {
        "django.server": {"handlers": ["stdout"], "level": "WARNING", "propagate": False},
        "uvicorn.access": {"handlers": ["stdout"], "level": "WARNING", "propagate": False},
        "fontTools": {"level": "ERROR"},
        "weasyprint": {"level": "ERROR"},
    },
}

DJANGO_STRUCTLOG_CELERY_ENABLED = False
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = False
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = True
DJANGO_STRUCTLOG_USER_ID_FIELD = "pk"
