"""`make demo`: servers, tables, demo data, and every process of the product under one runner.

`make empty` (the argument "empty") is the same without demo data, on data of its own.
"""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from config.local import processes, servers
from config.local.postgres import PostgresError
from config.local.runner import Program, Runner
from config.local.valkey import ValkeyError

MANAGE = str(servers.ROOT / "manage.py")
DEFAULT_PORT = 8000


def choose_port(host: str) -> int:
    """PORT or 8000, or the next one that is free."""
    first = int(os.environ.get("PORT") or DEFAULT_PORT)
    for port in range(first, first + 100):
        if processes.is_free(port, host):
            return port
    sys.exit(f"No free port between {first} and {first + 99}.")


def manage(*arguments: str, env: dict[str, str]) -> str:
    """Run a management command and return what it printed; its failure ends the demo."""
    done = subprocess.run(
        [sys.executable, MANAGE, *arguments], env=env, stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"`manage.py {' '.join(arguments)}` failed:\n{done.stdout}")
    return done.stdout


def programs(host: str, port: int, var: Path) -> list[Program]:
    """Web and event stream, worker, beat, and with MQTT_URL who listens to alarms. The worker may finish what it holds;
    the web waits for no stream.
    """
    celery = [sys.executable, "-m", "celery", "--app", "config", "--quiet"]
    level = os.environ["LOG_LEVEL"].lower()
    listener = [Program("alarms", [sys.executable, MANAGE, "alarms_listen"], grace=3)]
    return [
        Program(
            "web",
            [
                *(sys.executable, "-m", "uvicorn", "config.joined:application"),
                *("--host", host, "--port", str(port)),
                *("--log-level", level, "--timeout-graceful-shutdown", "2"),
            ],
        ),
        Program(
            "worker",
            [*celery, "worker", "--concurrency", "2", "--loglevel", level],
            env={"PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges"},
            grace=10,
        ),
        Program(
            "beat", [*celery, "beat", "--schedule", str(var / "beat-schedule"), "--loglevel", level], grace=3
        ),
        *(listener if os.environ.get("MQTT_URL") else []),
    ]


def is_healthy(port: int) -> bool:
    """True once the web process answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def table(rows: list[dict[str, Any]]) -> list[str]:
    """Rows of equal columns as lines of text, under their column names."""
    columns = list(rows[0])
    cells = [columns, *([str(row.get(column, "")) for column in columns] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return ["  ".join(map(str.ljust, line, widths)).rstrip() for line in cells]


def welcome(address: str, facts: dict[str, Any]) -> str:
    """What the person at the terminal needs: where to go and how to sign in."""
    sign_ins = table(facts["sign_ins"]) if facts.get("sign_ins") else []
    lines = [
        f"Orderly is running at {address}/",
        f"The phone page is at  {address}/m/",
        *([f"A resident scans       {facts['resident']}"] if facts.get("resident") else []),
        *(f"and waits for us at    {link}" for link in facts.get("followed", [])[:1]),
        "",
        *sign_ins,
        "",
        "Ctrl-C stops everything; the data stays.",
    ]
    return "\n" + "\n".join(f"  {line}".rstrip() for line in lines) + "\n"


def main() -> int:
    """Run the demo (or, with the argument "empty", an installation nobody has used) until it is stopped."""
    is_empty = sys.argv[1:] == ["empty"]
    var = servers.VAR / "empty" if is_empty else servers.VAR
    var.mkdir(parents=True, exist_ok=True)
    if is_empty:
        os.environ.setdefault("MEDIA_ROOT", str(var / "media"))
    host = os.environ.get("HOST") or "127.0.0.1"
    os.environ.setdefault("LOG_FORMAT", "console")
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.local"
    try:
        with servers.running(var, durable=True) as addresses:
            port = choose_port(host)
            address = os.environ.get("PUBLIC_URL") or f"http://localhost:{port}"
            os.environ.update(addresses, PUBLIC_URL=address)
            env = dict(os.environ)
            manage("migrate", "--verbosity", "0", "--skip-checks", env=env)
            facts: dict[str, Any] = {}
            if not is_empty:
                print("· Preparing the demo data (the first time takes a moment)", flush=True)
                facts = json.loads(manage("demo", "--json", env=env))
            runner = Runner(programs(host, port, var))
            return runner.run(
                when_ready=lambda: is_healthy(port),
                announce=lambda: runner.console.block(welcome(address, facts)),
            )
    except KeyboardInterrupt:
        return 130
    except processes.AlreadyRunningError:
        sys.exit("The demo of this checkout is already running.")
    except (PostgresError, ValkeyError) as trouble:
        sys.exit(str(trouble))


if __name__ == "__main__":
    sys.exit(main())
