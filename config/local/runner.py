"""Runs several programs as one: their output side by side with a name in front, one Ctrl-C for all."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

from config.local import processes

COLOURS = ("36", "33", "35", "32", "34")
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True)
class Program:
    """One long-running command; `grace` is how many seconds it may take to finish its work after the request to stop."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    grace: float = 8.0


class Console:
    """Whole lines from several threads, never mixed; coloured on a terminal."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        self._lock = threading.Lock()

    def line(self, name: str, text: str, colour: str = "90") -> None:
        label = f"{name:<{self.width}} │"
        if self.colour:
            label = f"\033[{colour}m{label}\033[0m"
        with self._lock:
            print(f"{label} {text}", flush=True)

    def block(self, text: str) -> None:
        with self._lock:
            print(text, flush=True)


class Runner:
    """Start programs in order, watch them, and stop all when one ends or the person asks; last started, first stopped."""

    def __init__(self, programs: Sequence[Program]) -> None:
        self.programs = programs
        self.console = Console(max((len(program.name) for program in programs), default=0))
        self._running: list[tuple[Program, subprocess.Popen[bytes]]] = []
        self._readers: list[threading.Thread] = []
        self._asked = threading.Event()
        self._impatient = threading.Event()

    def run(self, when_ready: Callable[[], bool], announce: Callable[[], None]) -> int:
        """Run until asked to stop. `when_ready` is polled, `announce` is called once after it holds.

        Returns 0 after a request to stop, and the status of the program that ended by itself otherwise.
        """
        previous = {sign: signal.signal(sign, self._on_signal) for sign in STOP_SIGNALS}
        try:
            self._start()
            announced = False
            while not self._asked.wait(0.2):
                for program, process in self._running:
                    if process.poll() is not None:
                        self.console.line(
                            program.name, f"ended by itself (status {process.returncode})", "31"
                        )
                        return process.returncode or 1
                if not announced and when_ready():
                    announced = True
                    announce()
            return 0
        finally:
            self._stop_all()
            for sign, handler in previous.items():
                signal.signal(sign, handler)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self._asked.is_set():
            self._impatient.set()
        self._asked.set()

    def _start(self) -> None:
        """First all processes, then the threads that read from them."""
        for program in self.programs:
            process = processes.spawn(
                program.argv,
                env={**os.environ, **program.env, "PYTHONUNBUFFERED": "1"},
                output=subprocess.PIPE,
            )
            self._running.append((program, process))
        for (program, process), colour in zip(self._running, COLOURS * len(self._running), strict=False):
            reader = threading.Thread(target=self._copy, args=(program.name, process, colour), daemon=True)
            reader.start()
            self._readers.append(reader)

    def _copy(self, name: str, process: subprocess.Popen[bytes], colour: str) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.console.line(name, line.decode(errors="replace").rstrip("\n"), colour)

    def _stop_all(self) -> None:
        """Ask all at once, so that the graces run together; kill what is left when its own grace is over."""
        if self._running:
            self.console.line("", "stopping (Ctrl-C again to stop at once)")
        for _, process in reversed(self._running):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        started = time.monotonic()
        for program, process in reversed(self._running):
            while process.poll() is None and not self._impatient.is_set():
                if time.monotonic() - started > program.grace:
                    self.console.line(program.name, f"did not end within {program.grace:.0f} s: killed", "31")
                    break
                time.sleep(0.05)
            processes.stop(process, grace=0)
        for reader in self._readers:
            reader.join(1)
