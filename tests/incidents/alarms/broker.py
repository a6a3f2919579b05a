"""A real mosquitto for tests, which can be killed and comes back with what it had written down."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from config.local import processes
from tests.core.servers import ROOT

#: Seconds without a write after which a broker has nothing left to write.
QUIET = 1.5
PLACES = ("mosquitto", "/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto")


class Broker:
    """One broker on a port and a folder of its own."""

    def __init__(self, folder: Path) -> None:
        binary = next((found for place in PLACES if (found := shutil.which(place))), None)
        assert binary is not None, (
            "mosquitto is missing: `make test` installs it, or apt-get install mosquitto"
        )
        self.port = processes.free_port()
        self.url = f"mqtt://127.0.0.1:{self.port}"
        self.log = folder / "mosquitto.log"
        self.kept = folder / "kept"
        self.kept.mkdir()
        configuration = folder / "mosquitto.conf"
        # As docs/alarms.md recommends: nothing waits for a confirmation, everything is written down at once.
        configuration.write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous true\npersistence true\n"
            f"persistence_location {self.kept}/\nautosave_on_changes true\nautosave_interval 1\n"
            "max_inflight_messages 0\nmax_queued_messages 0\n" + ("user root\n" if os.geteuid() == 0 else "")
        )
        self._command = [binary, "-c", str(configuration)]
        self.start()

    def start(self) -> None:
        """Start it on what it had kept."""
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(self._command, stdout=output, stderr=output, cwd=ROOT)
        assert processes.wait_until(lambda: not processes.is_free(self.port), seconds=10), (
            self.log.read_text()
        )

    def has_written(self) -> bool:
        """Has it written nothing for a while, so that all it has confirmed is on its disk?"""
        file = self.kept / "mosquitto.db"
        return file.exists() and time.time() - file.stat().st_mtime > QUIET

    def kill(self) -> None:
        """SIGKILL, as a machine that loses its power."""
        if self.process.poll() is None:
            os.kill(self.process.pid, signal.SIGKILL)
            self.process.wait()
