"""Named points where a test may let the process die, fail or wait. Outside test settings they are nothing.

Armed by the environment: ``ORDERLY_FAULTS="operation.claimed=kill@2,upload.part=raise:OperationalError"``.
Actions: ``kill`` (SIGKILL of this process), ``raise:<Error>``, ``sleep:<milliseconds>``; ``@n`` acts on the
n-th passage only (default: the first). With ``ORDERLY_FAULTS_DIR`` each armed point acts once over all
processes, so that a restarted worker does not die again.
"""

from __future__ import annotations

import errno
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from django.conf import settings
from django.db import DataError, IntegrityError, OperationalError

ENABLED: bool = bool(getattr(settings, "TESTING", False))

Action = Callable[[], None]

_armed: dict[str, Action] = {}
_passed: Counter[str] = Counter()
_lock = Lock()

_ERRORS: dict[str, Callable[[], BaseException]] = {
    "OperationalError": lambda: OperationalError("fault point"),
    "IntegrityError": lambda: IntegrityError("fault point"),
    "DataError": lambda: DataError("fault point"),
    "RuntimeError": lambda: RuntimeError("fault point"),
    "ENOSPC": lambda: OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)),
    "EIO": lambda: OSError(errno.EIO, os.strerror(errno.EIO)),
}


def _acting(name: str, specification: str) -> Action:
    """The action a specification such as ``kill@2`` stands for."""
    what, _, nth = specification.partition("@")
    verb, _, argument = what.partition(":")
    due = int(nth or 1)

    def act() -> None:
        with _lock:
            _passed[name] += 1
            if _passed[name] != due or not _first_of_all_processes(name):
                return
        if verb == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        elif verb == "sleep":
            time.sleep(int(argument) / 1000)
        elif verb == "raise":
            raise _ERRORS[argument]()

    return act


def _first_of_all_processes(name: str) -> bool:
    folder = os.environ.get("ORDERLY_FAULTS_DIR")
    if not folder:
        return True
    try:
        (Path(folder) / name).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def _arm_from_environment() -> None:
    for item in filter(None, os.environ.get("ORDERLY_FAULTS", "").split(",")):
        name, _, specification = item.strip().partition("=")
        _armed[name] = _acting(name, specification)


if ENABLED:
    _arm_from_environment()

    def point(name: str) -> None:
        """Let whatever a test armed for ``name`` happen here."""
        action = _armed.get(name)
        if action is not None:
            action()

else:

    def point(name: str) -> None:
        """Nothing: faults exist only under test settings."""


@contextmanager
def armed(name: str, specification: str | Action) -> Iterator[None]:
    """Within one test process: arm ``name`` with a specification or a callable, and disarm it afterwards."""
    _passed.pop(name, None)
    _armed[name] = _acting(name, specification) if isinstance(specification, str) else specification
    try:
        yield
    finally:
        _armed.pop(name, None)
