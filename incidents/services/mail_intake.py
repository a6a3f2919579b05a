"""A mail to the service office becomes a request, or a word to the case its subject names; the same mail once.

Machines are not answered: what says that it was sent by one, or to a list, is left alone, so that no two mailboxes write
to each other without end.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from html import unescape
from uuid import UUID, uuid5

from django.core.files.base import ContentFile
from django.db import transaction

from core.attachments import Prepared
from core.attachments.staging import usable
from core.clock import now
from incidents.models import Case, CaseKind, CaseSource, FollowUp
from incidents.services.follow_ups import begin
from incidents.services.opening import open_case
from incidents.services.resident_mail import Mail, mail_resident
from incidents.services.residents import add_word
from organization.models import Site

MOST_PHOTOS = 4
LONGEST = 10_000
_MAILS = UUID("5e51de27-0000-4000-8000-000000000002")
_NUMBER = re.compile(r"\b(?:SR|CP|HZ|VI|EV)\d{8}-(?:\d{3}-)?\d{4,}\b")
_BLOCK = re.compile(r"<(?:br|/p|/div|/li|/tr)[^>]*>", re.IGNORECASE)
_UNSEEN = re.compile(r"<(style|script|head)\b.*?</\1>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
#: Where the mail that is answered begins, as the usual programs mark it.
_QUOTED = re.compile(
    r"^(?:>|-{3,} ?(?:Original|原始邮件|原始郵件)|On .{5,120} wrote:|发件人[::]|寄件者[::])", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Letter:
    """What of a mail is kept."""

    identifier: str
    name: str
    address: str
    subject: str
    text: str
    photos: list[Prepared]


def take_mail(raw: bytes, site: Site) -> Case | None:
    """The case a mail opened or was added to; None for what a machine sent or what has no sender or identifier."""
    message = message_from_bytes(raw, policy=policy.default)
    if not isinstance(message, EmailMessage) or is_by_machine(message):
        return None
    letter = _read(message)
    if "@" not in letter.address or not letter.identifier:
        return None
    known = _named(letter, site)
    return _add(letter, known) if known is not None else _open(letter, site)


def is_by_machine(message: EmailMessage) -> bool:
    """Sent by a program or to a list (RFC 3834)."""
    submitted = str(message.get("Auto-Submitted", "no")).strip().lower()
    bulk = str(message.get("Precedence", "")).strip().lower() in ("bulk", "junk", "list", "auto_reply")
    returned = str(message.get("Return-Path", "x")).strip() == "<>"
    return (
        submitted != "no" or bulk or returned or "List-Id" in message or "X-Auto-Response-Suppress" in message
    )


def _named(letter: Letter, site: Site) -> FollowUp | None:
    """The case of the site that the subject names, if this address follows it."""
    found = _NUMBER.search(letter.subject)
    if found is None:
        return None
    mine = FollowUp.objects.filter(email__iexact=letter.address, erased_at=None).select_related("case")
    return mine.filter(case__site=site, case__number=found[0]).first()


def _add(letter: Letter, follow_up: FollowUp) -> Case:
    key = uuid5(_MAILS, letter.identifier)
    add_word(case_id=follow_up.pk, text=letter.text or letter.subject, key=key, uploads=letter.photos)
    return follow_up.case


@transaction.atomic
def _open(letter: Letter, site: Site) -> Case:
    site = Site.objects.select_for_update(of=("self",), no_key=True).get(pk=site.pk)
    opened = open_case(
        operation_id=uuid5(_MAILS, f"{site.pk} {letter.identifier}"),
        site=site,
        kind=CaseKind.SERVICE_REQUEST,
        title=letter.subject,
        description=letter.text,
        reported_by=None,
        occurred_at=now(),
        source=CaseSource.MAIL,
        category="inquiry",
        reporter_name=letter.name or letter.address.partition("@")[0],
        uploads=letter.photos,
    )
    if opened.created:
        begin(opened.case, language=site.language, email=letter.address)
        mail_resident(opened.case, Mail.RECEIVED)
    return opened.case


def _read(message: EmailMessage) -> Letter:
    name, address = parseaddr(str(message.get("From", "")))
    return Letter(
        identifier=str(message.get("Message-ID", "")).strip()[:500],
        name=_clean(name),
        address=address.strip()[:254],
        subject=_clean(str(message.get("Subject", "")))[:200],
        text=_own_words(_text(message)),
        photos=usable(_pictures(message))[:MOST_PHOTOS],
    )


def _text(message: EmailMessage) -> str:
    """The plain text, else the text of the HTML."""
    body = message.get_body(("plain", "html"))
    if body is None:
        return ""
    try:
        content = str(body.get_content())
    except (LookupError, UnicodeError):  # a character set nobody knows
        content = bytes(body.get_payload(decode=True) or b"").decode("utf-8", "replace")
    if body.get_content_subtype() == "html":
        content = unescape(_TAG.sub("", _BLOCK.sub("\n", _UNSEEN.sub("", content))))
    return content


def _own_words(text: str) -> str:
    """Without the mail that is answered, without NUL, not endless."""
    text = text.replace("\x00", "").replace("\r\n", "\n")
    quoted = _QUOTED.search(text)
    own = text[: quoted.start()] if quoted is not None and quoted.start() > 0 else text
    return re.sub(r"\n{3,}", "\n\n", own).strip()[:LONGEST]


def _clean(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())


def _pictures(message: EmailMessage) -> Iterator[ContentFile[bytes]]:
    for part in message.walk():
        if part.get_content_maintype() == "image" and isinstance(
            content := part.get_payload(decode=True), bytes
        ):
            yield ContentFile(content, name=part.get_filename() or "photo")
