"""A small IMAP server in a thread: one mailbox, the handful of commands a reader of mail needs (RFC 3501)."""

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

PASSWORD = "secret with spaces & signs"


@dataclass
class Post:
    """What lies in the mailbox, and which of it has been seen."""

    mails: list[bytes] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    port: int = 0
    sign_ins: int = 0


class _Session(socketserver.StreamRequestHandler):
    """One connection."""

    post: Post

    def handle(self) -> None:
        self.say("* OK ready")
        for line in self.rfile:
            tag, _space, command = line.decode().strip().partition(" ")
            if self.answer(tag, command) is False:
                return

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())

    def answer(self, tag: str, command: str) -> bool | None:
        verb = command.split()[0].upper()
        if verb == "CAPABILITY":
            self.say("* CAPABILITY IMAP4rev1")
        elif verb == "LOGIN":
            if PASSWORD not in command:
                self.say(f"{tag} NO wrong")
                return None
            self.post.sign_ins += 1
        elif verb == "SELECT":
            if "INBOX" not in command:
                self.say(f"{tag} NO such folder")
                return None
            self.say(f"* {len(self.post.mails)} EXISTS")
        elif verb == "UID":
            self.uid(command)
        elif verb == "LOGOUT":
            self.say("* BYE")
            self.say(f"{tag} OK")
            return False
        self.say(f"{tag} OK done")
        return None

    def uid(self, command: str) -> None:
        if "SEARCH" in command:
            unseen = [n for n in range(1, len(self.post.mails) + 1) if n not in self.post.seen]
            self.say(f"* SEARCH {' '.join(map(str, unseen))}")
            return
        number = int(re.findall(r"\d+", command)[0])
        if "STORE" in command:
            self.post.seen.add(number)
            return
        content = self.post.mails[number - 1]
        self.wfile.write(
            f"* {number} FETCH (UID {number} BODY[] {{{len(content)}}}\r\n".encode() + content + b")\r\n"
        )


@contextmanager
def imap() -> Iterator[Post]:
    """The server while the block lasts."""
    post = Post()
    session = type("Session", (_Session,), {"post": post})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), session) as server:
        server.daemon_threads = True
        post.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield post
        finally:
            server.shutdown()
            thread.join(5)
