"""Is this process alive, and can it serve? For load balancers, containers and the person on call."""

from collections.abc import Callable
from typing import Any

import structlog
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from core.auditor import heart
from core.redis import client

log = structlog.get_logger()

_migrated = False


def _open(view: Callable[[HttpRequest], JsonResponse]) -> Callable[[HttpRequest], JsonResponse]:
    """Reachable without signing in (organization.middleware reads the mark)."""
    view.open_to_strangers = True  # type: ignore[attr-defined]  # a mark on a function
    return view


@_open
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Liveness: the process answers. Touches nothing else, so that a dead database restarts no web process."""
    return _answer({"status": "ok"}, 200)


@_open
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Readiness: 503 when requests cannot be served (database, migrations). Without Redis or with a silent
    auditor pages still work, so these answer 200 with status "degraded".
    """
    needed = {"database": _check(_database), "migrations": _check(_migrations)}
    wanted = {"redis": _check(_redis), "heartbeat": _check(_heartbeat) if needed["database"] else False}
    status = "ok" if all({**needed, **wanted}.values()) else "degraded"
    if not all(needed.values()):
        status = "unavailable"
    checks = {name: "ok" if good else "failed" for name, good in {**needed, **wanted}.items()}
    return _answer({"status": status, "checks": checks}, 200 if all(needed.values()) else 503)


def _answer(body: dict[str, Any], status: int) -> JsonResponse:
    headers = {"Cache-Control": "no-store"}
    if status == 503:
        headers["Retry-After"] = "5"
    return JsonResponse(body, status=status, headers=headers)


def _check(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception as error:  # noqa: BLE001 - whatever is wrong, the answer is "failed"
        log.warning("health check failed", check=check.__name__, error=str(error))
        return False


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone())


def _migrations() -> bool:
    """All migrations of this release are applied; a positive answer is kept for the life of the process."""
    global _migrated  # noqa: PLW0603 - one answer per process
    if not _migrated:
        executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated


def _redis() -> bool:
    return bool(client().ping())


def _heartbeat() -> bool:
    return not heart.pulse().silent
