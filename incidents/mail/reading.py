"""What a mail says: bytes in, plain values out. Nothing here knows cases or the network."""

import hashlib
import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from html.parser import HTMLParser
from typing import cast

LONGEST_TEXT = 10_000
MOST_IMAGES = 10
#: The line with which mail programs begin what they quote.
QUOTED = re.compile(
    r"^\s*(On .{5,200} wrote:|.{0,80}(写道|寫道|来信|來信)[:：]|-{2,}\s*(Original Message|原始邮件|原始郵件)\s*-{2,}|(From|发件人|寄件者)[:：] .+)\s*$",
    re.IGNORECASE,
)
REPLY = re.compile(r"^\s*((re|fw|fwd|aw|回复|回覆|答复|答覆|转发|轉寄)\s*[:：]\s*)+", re.IGNORECASE)
BLANKS = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail. `digest` is the same for the same mail; `left_out` names attachments that are no pictures."""

    digest: str
    sender_name: str
    sender_email: str
    subject: str
    text: str
    images: tuple[bytes, ...] = ()
    left_out: tuple[str, ...] = ()
    is_automatic: bool = False


def read(raw: bytes) -> Letter:
    """The letter in these bytes. Whatever is broken in it is left out: mails are never refused for their form."""
    mail = message_from_bytes(raw, policy=policy.default)
    identity = _header(mail, "Message-ID").strip()
    name, address = parseaddr(_header(mail, "From"))
    images, left_out = _attachments(mail)
    return Letter(
        digest=hashlib.sha256(identity.encode() if identity else raw).hexdigest(),
        sender_name=name.strip()[:80],
        sender_email=address.strip()[:254] if "@" in address else "",
        subject=REPLY.sub("", " ".join(_header(mail, "Subject").split()))[:200],
        text=_own_words(_text(mail))[:LONGEST_TEXT],
        images=images,
        left_out=left_out,
        is_automatic=_is_automatic(mail),
    )


def _header(mail: EmailMessage, name: str) -> str:
    try:
        return str(mail.get(name) or "").replace("\x00", "")
    except Exception:  # noqa: BLE001 - headers in the wild raise all kinds of errors while they are decoded
        return ""


def _is_automatic(mail: EmailMessage) -> bool:
    """Out of office, lists, bounces (RFC 3834): to answer them would go round in circles."""
    submitted = _header(mail, "Auto-Submitted").lower()
    bulk = _header(mail, "Precedence").lower() in ("bulk", "list", "junk", "auto_reply")
    bounced = _header(mail, "Return-Path").strip() == "<>" or mail.get_content_type() == "multipart/report"
    return bulk or bounced or bool(_header(mail, "List-Id")) or submitted not in ("", "no")


def _text(mail: EmailMessage) -> str:
    part = mail.get_body(("plain", "html"))
    if part is None:
        return ""
    text = _decoded(cast(EmailMessage, part))
    return _Words.of(text) if part.get_content_type() == "text/html" else text


def _decoded(part: EmailMessage) -> str:
    """The text of a part; what its character set cannot say is replaced."""
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    for charset in (part.get_content_charset(), "utf-8", "gb18030"):
        try:
            return data.decode(charset or "utf-8").replace("\x00", "")
        except (LookupError, UnicodeDecodeError):
            continue
    return data.decode("utf-8", "replace").replace("\x00", "")


def _own_words(text: str) -> str:
    """Without what is quoted from earlier mails."""
    lines: list[str] = []
    for line in text.replace("\r\n", "\n").splitlines():
        if QUOTED.match(line) and any(one.strip() for one in lines):
            break
        if not line.lstrip().startswith(">"):
            lines.append(line.rstrip())
    return BLANKS.sub("\n\n", "\n".join(lines)).strip()


def _attachments(mail: EmailMessage) -> tuple[tuple[bytes, ...], tuple[str, ...]]:
    """Pictures, and names of everything else that was attached."""
    images: list[bytes] = []
    others: list[str] = []
    for part in mail.walk():
        if part.is_multipart() or (part.get_content_maintype() == "text" and not part.get_filename()):
            continue
        data = part.get_payload(decode=True)
        if part.get_content_maintype() == "image" and isinstance(data, bytes) and len(images) < MOST_IMAGES:
            images.append(data)
        else:
            others.append((part.get_filename() or part.get_content_type()).replace("\x00", "")[:100])
    return tuple(images), tuple(others)


class _Words(HTMLParser):
    """The words of an HTML mail, a line for every block."""

    BLOCKS = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "blockquote"})
    SILENT = frozenset({"script", "style", "head", "title"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.silent = 0

    @classmethod
    def of(cls, html: str) -> str:
        """The words of a document."""
        parser = cls()
        parser.feed(html)
        parser.close()
        return "\n".join(" ".join(line.split()) for line in "".join(parser.said).splitlines())

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        """Silent elements say nothing; blocks begin a line."""
        self.silent += tag in self.SILENT
        if tag in self.BLOCKS:
            self.said.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """The end of a silent element."""
        self.silent -= tag in self.SILENT and self.silent > 0

    def handle_data(self, data: str) -> None:
        """Words."""
        if not self.silent:
            self.said.append(data)
