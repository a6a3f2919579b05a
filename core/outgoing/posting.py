"""One POST: to a checked number, within a time that no slow answer can stretch, reading at most LARGEST bytes."""

import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Event, Timer

from core.outgoing.addresses import Target, reach, target_of
from core.outgoing.reasons import Unsent

#: Seconds for the connection, and for each wait.
PATIENCE = 5.0
#: Seconds for everything together, however slowly the other side drips.
TOTAL = 15.0
#: Bytes of an answer that are read.
LARGEST = 64 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; `body` is cut at LARGEST bytes."""

    status: int
    body: bytes


class _Plain(HTTPConnection):
    """HTTP over a socket to a checked number. `opened` stays known when the connection hands it to its answer."""

    opened: socket.socket | None = None

    def __init__(self, target: Target) -> None:
        super().__init__(target.host, target.port, timeout=PATIENCE)
        self._target = target

    def connect(self) -> None:
        """Open it."""
        self.sock = self.opened = reach(self._target, PATIENCE)


class _Secure(HTTPSConnection):
    """HTTPS over a socket to a checked number; the certificate must be for the name."""

    opened: socket.socket | None = None

    def __init__(self, target: Target) -> None:
        self._trust = ssl.create_default_context()
        super().__init__(target.host, target.port, timeout=PATIENCE, context=self._trust)
        self._target = target

    def connect(self) -> None:
        """Open it. The socket is known before the handshake, so that time can be called during it."""
        raw = reach(self._target, PATIENCE)
        secured = self._trust.wrap_socket(
            raw, server_hostname=self._target.host, do_handshake_on_connect=False
        )
        self.sock = self.opened = secured
        secured.do_handshake()


def post(address: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Post `body` and read the answer, whatever its status. Raises Unsent; follows nothing, uses no proxy."""
    target = target_of(address)
    link = _Secure(target) if target.scheme == "https" else _Plain(target)
    with _timed(link) as expired:
        try:
            link.request("POST", target.path, body, {"Connection": "close", **headers})
            with link.getresponse() as response:
                answer = Answer(response.status, response.read(LARGEST))
        except ssl.SSLCertVerificationError as error:
            raise Unsent("certificate", error.verify_message) from None
        except (OSError, HTTPException, ValueError) as error:
            if expired.is_set() or isinstance(error, TimeoutError):
                raise Unsent("timeout", f"{TOTAL:.0f}") from None
            raise Unsent("broken", getattr(error, "strerror", "") or type(error).__name__) from None
        if expired.is_set():  # cut in the middle of a body that ends with the connection
            raise Unsent("timeout", f"{TOTAL:.0f}")
        return answer


@contextmanager
def _timed(link: _Plain | _Secure) -> Iterator[Event]:
    """Shuts the link's socket when TOTAL is over, which ends every wait for it; closes it in any case."""
    expired = Event()

    def cut() -> None:
        expired.set()
        if link.opened is not None:
            with suppress(OSError):
                socket.socket.shutdown(link.opened, socket.SHUT_RDWR)

    timer = Timer(TOTAL, cut)
    timer.daemon = True
    timer.start()
    try:
        yield expired
    finally:
        timer.cancel()
        link.close()
