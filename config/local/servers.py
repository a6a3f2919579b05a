"""The two servers together: real ones where DATABASE_URL and REDIS_URL name them, embedded ones otherwise.

`python -m config.local.servers COMMAND…` runs a command with both in its environment and stops them afterwards.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from config.local import processes
from config.local.postgres import Postgres
from config.local.valkey import Valkey

ROOT = Path(__file__).resolve().parent.parent.parent
VAR = ROOT / "var"


@contextmanager
def running(root: Path, *, durable: bool) -> Iterator[dict[str, str]]:
    """Start what the environment does not name; gives DATABASE_URL and REDIS_URL.

    `durable` keeps data safe through a power cut; without it fsync is off, for tests.
    Raises processes.AlreadyRunningError when another process of ours uses the same root.
    """
    addresses = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL") if os.environ.get(name)}
    with ExitStack() as stack:
        stack.enter_context(processes.exclusive(root / "lock"))
        if "DATABASE_URL" not in addresses:
            postgres = Postgres(root / "postgres", durable=durable)
            stack.callback(postgres.stop)
            addresses["DATABASE_URL"] = postgres.start().url
        if "REDIS_URL" not in addresses:
            valkey = Valkey(root / "valkey", durable=durable)
            stack.callback(valkey.stop)
            addresses["REDIS_URL"] = valkey.start().url
        yield addresses


@contextmanager
def temporary(
    *, durable: bool = False, prepare: Callable[[Path], None] | None = None
) -> Iterator[dict[str, str]]:
    """Servers on data that is thrown away afterwards: empty, or what `prepare` puts into their folder."""
    with tempfile.TemporaryDirectory(prefix="orderly-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)  # PostgreSQL may have to run as another account
        if prepare is not None:
            prepare(Path(folder))
        with running(Path(folder), durable=durable) as addresses:
            yield addresses


def main(argv: list[str]) -> int:
    """Run a command with temporary servers; `--durable` leaves fsync on (for benchmarks)."""
    durable = argv[:1] == ["--durable"]
    command = argv[1:] if durable else argv
    with temporary(durable=durable) as addresses:
        try:
            return subprocess.run(command, env={**os.environ, **addresses}, check=False).returncode
        except KeyboardInterrupt:
            return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
