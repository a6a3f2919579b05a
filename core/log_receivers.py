"""django-structlog names its own request id; the lines carry ours, which the audit and the outbox also keep."""

from typing import Any

import structlog
from django.dispatch import receiver
from django_structlog.signals import bind_extra_request_metadata

from core import context


@receiver(bind_extra_request_metadata)
def bind_context(sender: Any, **kwargs: Any) -> None:
    """Put the request id of core.context on every line of the request."""
    structlog.contextvars.bind_contextvars(request_id=context.request_id.get())
