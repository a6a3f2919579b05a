"""A Valkey of a test's own, that it may kill, flush and starve."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import redis

from config.local import processes
from config.local.valkey import server_binary


class OwnRedis:
    """One server on a fixed loopback port, without persistence."""

    def __init__(self) -> None:
        self.port = processes.free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, empty, on the same port as before."""
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(
            [str(server_binary()), *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until = time.monotonic() + 15
        while time.monotonic() < until:
            try:
                with self.client() as own:
                    if own.info("server")["process_id"] == self.process.pid:
                        return
            except redis.RedisError:
                time.sleep(0.05)
        raise AssertionError("the test's own Valkey did not start")

    def client(self) -> redis.Redis:
        """A connection for the test itself."""
        return redis.Redis(port=self.port, socket_timeout=2)

    def kill(self) -> None:
        """SIGKILL, as a crash."""
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def stop(self) -> None:
        """End it, if it runs."""
        if self.process is not None:
            self.kill()


@contextmanager
def own_redis() -> Iterator[OwnRedis]:
    """A running server, gone afterwards."""
    server = OwnRedis()
    server.start()
    try:
        yield server
    finally:
        server.stop()
