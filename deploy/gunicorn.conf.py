"""Gunicorn for pages and API: threads, because synchronous views cost a third of the CPU of an event loop here."""

import os

bind = f"0.0.0.0:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "8"))
# Memory instead of the container's disk, or a slow disk makes workers look dead.
worker_tmp_dir = "/dev/shm"  # noqa: S108
timeout = 60
graceful_timeout = 30
keepalive = 65  # longer than the proxy keeps an idle connection
max_requests = 20_000
max_requests_jitter = 2_000
# Only the proxy reaches this port; the network of docker-compose.yml is closed.
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "*")
# django-structlog writes one line a request, with its id; a second one would only repeat it.
accesslog = None
errorlog = "-"
