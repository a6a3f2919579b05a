"""Real Celery workers and beats for tests, in process groups that can be killed whole."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.core.event_stream import environment

CELERY = [sys.executable, "-m", "celery", "--app", "config", "--quiet"]


class Program:
    """One process and its children."""

    def __init__(self, arguments: list[str], log: Path, **env: str) -> None:
        self.log = log
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [*CELERY, *arguments],
                env=environment(**env),
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def kill(self) -> None:
        """SIGKILL to the process and every child, as a machine that loses its power."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def worker(folder: Path, redis_url: str, **env: str) -> Program:
    """A worker with one child that knows the handlers of the tests."""
    arguments = [
        "worker",
        "--concurrency",
        "1",
        "--loglevel",
        "INFO",
        "--include",
        "tests.core.celery_handlers",
    ]
    return Program(arguments, folder / "worker.log", REDIS_URL=redis_url, **env)


def beat(folder: Path, redis_url: str, name: str, app: str = "") -> Program:
    """A beat with the product's own schedule, or that of another application module."""
    arguments = ["beat", "--schedule", str(folder / f"{name}-schedule"), "--loglevel", "INFO"]
    program = Program.__new__(Program)
    program.log = folder / f"{name}.log"
    command = [*CELERY[:3], "--app", app or "config", "--quiet", *arguments]
    with program.log.open("ab") as output:
        program.process = subprocess.Popen(
            command,
            env=environment(REDIS_URL=redis_url),
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    return program


@contextmanager
def killed_at_end() -> Iterator[list[Program]]:
    """Collect programs; all are killed when the block ends."""
    programs: list[Program] = []
    try:
        yield programs
    finally:
        for program in programs:
            program.kill()


def wait_until(condition: Callable[[], bool], *, seconds: float) -> float:
    """Seconds it took until `condition` held. Raises AssertionError after `seconds`."""
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        if condition():
            return time.monotonic() - begun
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} s")
