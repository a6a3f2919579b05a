"""The embedded servers keep what was committed, whoever is killed."""

import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
import redis

from config.local import processes, servers
from config.local.postgres import Postgres
from config.local.valkey import Valkey

KILLED_LAUNCHER = """
import os, pathlib, signal, sys
from config.local.postgres import Postgres
from config.local.valkey import Valkey
root = pathlib.Path(sys.argv[1])
postgres, valkey = Postgres(root / "postgres").start(), Valkey(root / "valkey").start()
import psycopg2, redis
connection = psycopg2.connect(postgres.url)
connection.cursor().execute("CREATE TABLE fact AS SELECT 1 AS value")
connection.commit()
redis.Redis.from_url(valkey.url).set("fact", 1)
print(postgres.process.pid, valkey.process.pid, flush=True)
if sys.argv[2] == "server":
    os.kill(postgres.process.pid, signal.SIGKILL)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def root() -> Iterator[Path]:
    """A folder that PostgreSQL can reach whatever account it has to run as (pytest's own are closed to others)."""
    with tempfile.TemporaryDirectory(prefix="orderly-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@pytest.mark.slow
@pytest.mark.parametrize("killed", ["launcher", "server"])
def test_servers_end_with_a_killed_launcher_and_start_again_with_their_data(root: Path, killed: str) -> None:
    launcher = subprocess.run(
        [sys.executable, "-c", KILLED_LAUNCHER, str(root), killed],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert launcher.returncode == -signal.SIGKILL

    postgres = Postgres(root / "postgres").start()
    valkey = Valkey(root / "valkey").start()
    try:
        earlier = [int(pid) for pid in launcher.stdout.split()]
        assert not any("postgres" in processes.command_line(pid) for pid in earlier)
        with psycopg2.connect(postgres.url) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT value FROM fact")
            assert cursor.fetchone() == (1,)
        connection.close()
        with redis.Redis.from_url(valkey.url) as client:
            assert client.get("fact") in {b"1", None}  # written down once a second
    finally:
        valkey.stop()
        postgres.stop()


@pytest.mark.slow
def test_only_a_password_opens_the_servers_and_only_on_loopback(root: Path) -> None:
    postgres = Postgres(root / "postgres", durable=False).start()
    valkey = Valkey(root / "valkey", durable=False).start()
    try:
        with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
            psycopg2.connect(postgres.url.replace(postgres.password, "wrong"))
        with redis.Redis(port=valkey.port) as client, pytest.raises(redis.AuthenticationError):
            client.ping()
        with psycopg2.connect(postgres.url) as connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('listen_addresses'), current_setting('unix_socket_directories')"
            )
            assert cursor.fetchone() == ("127.0.0.1", "")
        connection.close()
    finally:
        valkey.stop()
        postgres.stop()


def test_a_folder_is_used_by_one_launcher_at_a_time(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with processes.exclusive(lock), pytest.raises(processes.AlreadyRunningError), processes.exclusive(lock):
        pass


def test_servers_named_by_the_environment_are_used_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = {"DATABASE_URL": "postgres://db.example/orderly", "REDIS_URL": "redis://queue.example/0"}
    for name, address in named.items():
        monkeypatch.setenv(name, address)
    with servers.running(tmp_path, durable=True) as addresses:
        assert addresses == named
    assert {path.name for path in tmp_path.iterdir()} == {"lock"}
