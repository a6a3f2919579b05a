"""Celery: only the doorbell. PostgreSQL keeps the queue of record (core.outbox), so a lost message costs a
delay of one sweep and nothing else. Every setting here follows reliability.md 2.1; the broker's address is
REDIS_URL (base.py). Nothing runs eagerly anywhere: tests call services directly.
"""

from typing import Any

from config.schedule import beat_entries

#: Seconds after which a task is killed, and how long before that it is asked to stop.
CELERY_TASK_TIME_LIMIT = 1800
CELERY_TASK_SOFT_TIME_LIMIT = 1740

#: Redis hands a message out again after this many seconds: more than twice the hard time limit. Kombu and
#: Celery read it in three places.
_VISIBILITY_TIMEOUT = 2 * CELERY_TASK_TIME_LIMIT + 300
CELERY_VISIBILITY_TIMEOUT = _VISIBILITY_TIMEOUT
CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS = {"visibility_timeout": _VISIBILITY_TIMEOUT}
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
    "visibility_timeout": _VISIBILITY_TIMEOUT,
    "socket_connect_timeout": 2,
    "socket_timeout": 30,
    "health_check_interval": 25,
    # Bounded: a publisher that cannot reach the broker gives up at once; a worker keeps trying by itself.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.2,
}
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_PUBLISH_RETRY = False

# A task is acknowledged when it has ended; one whose process was killed is handed out again.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10
CELERY_WORKER_MAX_TASKS_PER_CHILD = 2000

# Messages are ids in JSON, never pickles; results live in our own tables.
CELERY_TASK_SERIALIZER = "json"
CELERY_RESULT_SERIALIZER = "json"
CELERY_EVENT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ALWAYS_EAGER = False

CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = beat_entries()
