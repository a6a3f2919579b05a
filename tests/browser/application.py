"""The product's applications for servers that outlive a test: after each test the tables are emptied and kinds of
content get new numbers, which a process would otherwise remember for life.
"""

# The applications set Django up; nothing of Django's own may come before them.
# isort: off
from typing import Any

from config.joined import application as joined
from config.wsgi import application as pages
from django.contrib.contenttypes.models import ContentType
from django.core.signals import request_started


def forget(**_signal: Any) -> None:
    """Ask the database anew which number a kind of content has."""
    ContentType.objects.clear_cache()


request_started.connect(forget)

__all__ = ["joined", "pages"]
