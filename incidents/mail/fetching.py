"""A mailbox over IMAP: numbers of new mails, their bytes, the mark that one was taken."""

import imaplib
import re
import socket
import ssl
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import groupby
from typing import Any

from core.outgoing import Target, Unsent
from core.outgoing.addresses import reach
from core.sealing import Unreadable
from incidents.models import Mailbox, MailSecurity

PATIENCE = 20.0
#: Larger mails stay in the mailbox and are named as unreadable.
LARGEST = 30 * 1024 * 1024
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


class _Imap(imaplib.IMAP4):
    """IMAP over a socket to the very number that was checked (core.outgoing.addresses)."""

    def __init__(self, target: Target, security: str) -> None:
        self.target, self.security = target, security
        self.trust = ssl.create_default_context()
        super().__init__(target.host, target.port, timeout=PATIENCE)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        plain = reach(self.target, timeout or PATIENCE)
        if self.security != MailSecurity.TLS:
            return plain
        return self.trust.wrap_socket(plain, server_hostname=self.target.host)


class Box:
    """An open mailbox."""

    def __init__(self, imap: imaplib.IMAP4, validity: int) -> None:
        self.imap, self.validity = imap, validity

    def after(self, uid: int) -> list[int]:
        """Numbers of the mails after `uid`, oldest first."""
        found = _asked(self.imap.uid("SEARCH", f"UID {uid + 1}:*"))
        numbers = (int(one) for line in found if isinstance(line, bytes) for one in line.split())
        return sorted(
            one for one in numbers if one > uid
        )  # "n:*" names the last one even when it lies before n

    def fetch(self, uid: int) -> bytes | None:
        """The mail, left unread; None when it is too large or gone."""
        sizes = _asked(self.imap.uid("FETCH", str(uid), "(RFC822.SIZE)"))
        size = next((match for one in sizes if isinstance(one, bytes) and (match := _SIZE.search(one))), None)
        if size is None or int(size[1]) > LARGEST:
            return None
        parts = _asked(self.imap.uid("FETCH", str(uid), "(BODY.PEEK[])"))
        return next((one[1] for one in parts if isinstance(one, tuple)), None)

    def mark(self, uid: int) -> None:
        """Show people who look into the mailbox that this one was taken. Nothing depends on it."""
        with suppress(imaplib.IMAP4.error, OSError):
            self.imap.uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)")


@contextmanager
def opened(mailbox: Mailbox) -> Iterator[Box]:
    """The mailbox, signed in and chosen. Raises core.outgoing.Unsent with a reason in words."""
    target = Target("imap", mailbox.host, mailbox.port, "")
    if mailbox.security == MailSecurity.PLAIN and not target.is_private_allowed:
        raise Unsent("unprotected")
    imap: _Imap | None = None
    try:
        imap = _Imap(target, mailbox.security)
        if mailbox.security == MailSecurity.STARTTLS:
            imap.starttls(imap.trust)
        imap.login(mailbox.username, mailbox.password)
        _asked(imap.select(quoted(mailbox.folder)))
        yield Box(imap, _validity(imap))
    except Unreadable:
        raise Unsent("unreadable") from None
    except ssl.SSLCertVerificationError as error:
        raise Unsent("certificate", error.verify_message) from None
    except TimeoutError:
        raise Unsent("timeout", int(PATIENCE)) from None
    except imaplib.IMAP4.error as error:
        raise Unsent("mail_server", _said(error)) from None
    except UnicodeError as error:  # a password beyond ASCII
        raise Unsent("mail_server", error) from None
    except OSError as error:
        raise Unsent("connect", error.strerror or type(error).__name__) from None
    finally:
        if imap is not None:
            with suppress(imaplib.IMAP4.error, OSError):
                imap.logout()


def _asked(answer: tuple[str, list[Any]]) -> list[Any]:
    """The data of an answer that says OK. Raises IMAP4.error."""
    status, data = answer
    if status != "OK":
        raise imaplib.IMAP4.error(data[0] if data else status)
    return data


def _validity(imap: imaplib.IMAP4) -> int:
    _status, data = imap.response("UIDVALIDITY")
    value = data[0] if data else None
    return int(value) if isinstance(value, bytes) and value.isdigit() else 0


def quoted(folder: str) -> str:
    """A folder's name as IMAP writes it: beyond ASCII in modified UTF-7 (RFC 3501, 5.1.3), such as "&U9FO9g-" for 发件."""
    escaped = _utf7(folder).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _utf7(text: str) -> str:
    """Printable ASCII stands for itself, "&" is "&-", a run of anything else is base64 of its UTF-16."""
    found = []
    for is_plain, run in groupby(text, key=lambda letter: " " <= letter <= "~"):
        letters = "".join(run)
        if is_plain:
            found.append(letters.replace("&", "&-"))
        else:
            coded = b64encode(letters.encode("utf-16-be")).decode().rstrip("=").replace("/", ",")
            found.append(f"&{coded}-")
    return "".join(found)


def _said(error: Exception) -> str:
    words = error.args[0] if error.args else error
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
