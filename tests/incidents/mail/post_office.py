"""A real IMAP server (pymap, in memory) in a process of its own, and somebody who puts mails into it."""

import imaplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

USER, PASSWORD = "desk", "a word for the desk"


class PostOffice:
    """The server's address, and its mailbox."""

    def __init__(self, port: int) -> None:
        self.port = port

    def deliver(self, mail: EmailMessage | bytes) -> None:
        """A mail arrives."""
        with imaplib.IMAP4("localhost", self.port) as imap:
            imap.login(USER, PASSWORD)
            status, said = imap.append("INBOX", "", "", mail if isinstance(mail, bytes) else mail.as_bytes())
            assert status == "OK", said

    def flags(self) -> list[str]:
        """Flags of every mail, oldest first."""
        with imaplib.IMAP4("localhost", self.port) as imap:
            imap.login(USER, PASSWORD)
            imap.select("INBOX")
            _status, rows = imap.fetch("1:*", "(FLAGS)")
            return [row.decode() for row in rows if isinstance(row, bytes)]


@contextmanager
def post_office() -> Iterator[PostOffice]:
    """Start it, wait until it answers, stop it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = Path(sys.executable).with_name("pymap")
    process = subprocess.Popen(
        [program, "--no-tls", "--no-service", "managesieve", "--no-service", "admin", "--host", "127.0.0.1",
         "--port", str(port), "dict", "--demo-user", USER, "--demo-password", PASSWORD],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        _wait(port, process)
        yield PostOffice(port)
    finally:
        process.kill()
        process.communicate()


def _wait(port: int, process: "subprocess.Popen[str]") -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        assert process.poll() is None, process.stderr and process.stderr.read()
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the mail server does not answer")


def mail(
    text: str,
    *,
    subject: str = "",
    sender: str = "李女士 <li@example.org>",
    key: str = "",
    pictures: tuple[bytes, ...] = (),
    **headers: str,
) -> EmailMessage:
    """A mail of a resident."""
    made = EmailMessage()
    made["From"], made["To"] = sender, "desk@lake.example"
    made["Subject"] = subject
    made["Message-ID"] = f"<{key or abs(hash((text, subject, sender)))}@example.org>"
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    for number, picture in enumerate(pictures):
        made.add_attachment(picture, maintype="image", subtype="jpeg", filename=f"{number}.jpg")
    return made
