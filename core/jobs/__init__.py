"""Long work with visible progress: a row, a runner on Celery through the outbox, a private file at the end."""

from core.jobs.kinds import kind
from core.jobs.running import Failed, Running
from core.jobs.starting import start

__all__ = ["Failed", "Running", "kind", "start"]
