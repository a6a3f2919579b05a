"""The mailboxes read for mails of residents: MAIL_INTAKE, one address each.

imaps://user:password@host:993/INBOX?site=company/site. A mail is marked as seen once its case is committed; what fails
stays unseen and is tried again.
"""

import imaplib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

#: Seconds a mail server may take to answer.
PATIENCE = 20
#: Mails taken at once; the next minute goes on.
MOST = 50
#: Larger ones are left unseen for a person.
LARGEST = 25 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where mails lie, and the site they are for by the codes of company and site."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str
    company: str
    site: str
    is_encrypted: bool


def mailbox_of(address: str) -> Mailbox:
    """What an address says. Raises ValueError for one that says too little, without repeating its password."""
    parts = urlsplit(address)
    company, _slash, site = parse_qs(parts.query).get("site", [""])[0].partition("/")
    if parts.scheme not in ("imap", "imaps") or not parts.hostname or not company or not site:
        raise ValueError("MAIL_INTAKE wants imaps://user:password@host/INBOX?site=company/site")
    is_encrypted = parts.scheme == "imaps"
    return Mailbox(
        host=parts.hostname,
        port=parts.port or (993 if is_encrypted else 143),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        folder=unquote(parts.path.strip("/")) or "INBOX",
        company=company,
        site=site,
        is_encrypted=is_encrypted,
    )


class Inbox:
    """An open mailbox."""

    def __init__(self, server: imaplib.IMAP4) -> None:
        self.server = server

    def unseen(self) -> Iterator[tuple[bytes, bytes]]:
        """Identifier and content of what nobody has seen yet, the oldest first; not marked by reading."""
        _answer, found = self.server.uid("SEARCH", "UNSEEN", "UNDELETED", "SMALLER", str(LARGEST))
        for uid in (found[0] or b"").split()[:MOST]:
            _answer, parts = self.server.uid("FETCH", uid.decode(), "(BODY.PEEK[])")
            content = next((part[1] for part in parts if isinstance(part, tuple)), None)
            if isinstance(content, bytes):
                yield uid, content

    def mark_seen(self, uid: bytes) -> None:
        """Taken."""
        self.server.uid("STORE", uid.decode(), "+FLAGS.SILENT", r"(\Seen)")


@contextmanager
def opened(mailbox: Mailbox) -> Iterator[Inbox]:
    """The mailbox while the block lasts. Raises OSError and imaplib.IMAP4.error when it cannot be read."""
    make = imaplib.IMAP4_SSL if mailbox.is_encrypted else imaplib.IMAP4
    with make(mailbox.host, mailbox.port, timeout=PATIENCE) as server:
        server.login(mailbox.user, mailbox.password)
        answer, _data = server.select(f'"{mailbox.folder}"')
        if answer != "OK":
            raise imaplib.IMAP4.error("no such folder")
        yield Inbox(server)
