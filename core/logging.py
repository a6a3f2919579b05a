"""Structured logs: what every line carries, and what no line may carry.

Lines are JSON, so text from outside cannot forge a second line; query strings and long values are cut, because
addresses may hold search words and links may hold secrets.
"""

import sys
from typing import Any

import structlog
from django.http import HttpRequest
from structlog.typing import EventDict, Processor, WrappedLogger

from core.secret_paths import masked

#: Values longer than this many characters are cut.
LONGEST = 2000
_SECRET_WORDS = ("password", "token", "secret", "authorization", "cookie", "csrf")


def strip_queries(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Keep the path of a logged request and drop its query string and what in it is a secret."""
    for key in ("request", "path", "url"):
        value = event.get(key)
        if isinstance(value, HttpRequest):  # Django logs the request object itself
            value = f"{value.method} {value.path}"
        if isinstance(value, str):
            event[key] = masked(value.split("?", 1)[0])
    if isinstance(text := event.get("event"), str):
        event["event"] = masked(text)
    return event


def hide_secrets(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Replace the values of keys that name a secret and cut very long texts."""
    for key, value in event.items():
        if any(word in key.lower() for word in _SECRET_WORDS):
            event[key] = "…"
        elif isinstance(value, str) and len(value) > LONGEST and key != "exception":
            event[key] = value[:LONGEST] + "…"
    return event


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.stdlib.ExtraAdder(),
        strip_queries,
        hide_secrets,
        structlog.processors.StackInfoRenderer(),
        structlog.processors.UnicodeDecoder(),
    ]


def configure() -> None:
    """Set structlog up; Django's LOGGING (config/settings/logs.py) does the rest."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def formatters() -> dict[str, Any]:
    """The formatters "json" and "console" for LOGGING; lines of other libraries get the same fields."""
    remove = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    return {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": _shared(),
            "processors": [
                remove,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
            ],
        },
        "console": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": _shared(),
            "processors": [
                remove,
                structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=0),
            ],
        },
    }
