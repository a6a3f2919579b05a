"""The runner of the demo: readable output, and nothing left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence

import pytest

from config.local import processes

SCRIPT = """
import sys
from config.local.runner import Program, Runner
names = ["steady", "other"]
programs = [Program(name, [sys.executable, "-c", code], grace=1) for name, code in zip(names, sys.argv[1:])]
runner = Runner(programs)
sys.exit(runner.run(lambda: True, lambda: runner.console.block("ready")))
"""
STEADY = "import time; print('here', flush=True); time.sleep(60)"
STUBBORN = "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
WITH_CHILD = "import os, subprocess, time; p = subprocess.Popen(['sleep', '60']); print('child', p.pid, flush=True); time.sleep(60)"
SHORT = "import time; print('bye', flush=True); time.sleep(0.3); raise SystemExit(3)"


def start(*codes: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", SCRIPT, *codes], stdout=subprocess.PIPE, text=True)


def read_until(runner: subprocess.Popen[str], words: Sequence[str]) -> str:
    """What the runner printed until every word was seen."""
    assert runner.stdout is not None
    seen = ""
    while not all(word in seen for word in words):
        line = runner.stdout.readline()
        assert line, f"ended early: {seen}"
        seen += line
    return seen


@pytest.mark.slow
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_stops_all_and_the_deaf_are_killed(sign: signal.Signals) -> None:
    runner = start(STEADY, STUBBORN)
    seen = read_until(runner, ["here", "deaf", "ready"])
    assert "steady │ here" in seen
    started = time.monotonic()
    runner.send_signal(sign)
    rest = runner.communicate(timeout=20)[0]
    assert runner.returncode == 0
    assert "other  │ did not end within 1 s: killed" in rest
    assert time.monotonic() - started < 10


@pytest.mark.slow
def test_one_that_ends_by_itself_stops_all() -> None:
    runner = start(STEADY, SHORT)
    printed = runner.communicate(timeout=20)[0]
    assert runner.returncode == 3
    assert "ended by itself (status 3)" in printed


@pytest.mark.slow
def test_children_of_programs_end_too() -> None:
    runner = start(WITH_CHILD)
    seen = read_until(runner, ["child", "ready"])
    child = int(next(line for line in seen.splitlines() if "child" in line).rsplit(" ", 1)[1])
    runner.send_signal(signal.SIGINT)
    runner.communicate(timeout=20)
    assert processes.wait_until(lambda: "sleep" not in processes.command_line(child), seconds=5)


@pytest.mark.slow
def test_programs_end_when_the_runner_itself_is_killed() -> None:
    runner = start("import os; print('pid', os.getpid(), flush=True)\n" + STEADY)
    seen = read_until(runner, ["pid", "ready"])
    program = int(next(line for line in seen.splitlines() if "pid" in line).rsplit(" ", 1)[1])
    os.kill(runner.pid, signal.SIGKILL)
    runner.communicate(timeout=20)
    assert processes.wait_until(lambda: processes.command_line(program) == "", seconds=5)
