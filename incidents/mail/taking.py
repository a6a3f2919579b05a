"""A letter becomes a case, or a word on the case it answers. Once, whatever is fetched twice."""

import re
from datetime import timedelta
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from core.attachments import Prepared
from core.attachments.images import PictureRefused
from core.attachments.preparing import prepare_bytes
from core.clock import now
from incidents.mail.reading import Letter
from incidents.models import Case, CaseKind, CaseSource, Mailbox, MailFate, MailTaken, Priority
from incidents.proposing import proposed
from incidents.services.follow_ups import begin
from incidents.services.opening import open_case
from incidents.services.resident_mail import Mail, mail_resident
from incidents.services.residents import add_word

_MAILS = UUID("5e51de27-0000-4000-8000-000000000002")
#: Numbers of cases, as they stand in the subject of what we write.
NUMBER = re.compile(r"\b(?:EV|VI|HZ|SR|CP)\d{8}-(?:\d{3}-)?\d{4,}\b")
#: The same words from the same sender within this are the same matter.
SAME_WITHIN = timedelta(days=1)
_HAN = re.compile(r"[\u4e00-\u9fff]")


@transaction.atomic
def take(mailbox: Mailbox, letter: Letter, uid: int) -> MailTaken:
    """Take one letter. The mailbox is locked by the caller, so that cursor and case are written together."""
    known = MailTaken.objects.filter(mailbox=mailbox, digest=letter.digest).first()
    if known is not None:
        return known
    if letter.is_automatic or letter.sender_email.casefold() == mailbox.address.casefold():
        return _taken(mailbox, letter.digest, uid, MailFate.AUTOMATIC)
    key = uuid5(_MAILS, f"{mailbox.pk}:{letter.digest}")
    case = _answered(mailbox, letter)
    if case is not None:
        add_word(case_id=case.pk, text=_words(letter, mailbox), key=key, uploads=_pictures(letter))
        return _taken(mailbox, letter.digest, uid, MailFate.WORD, case)
    return _taken(mailbox, letter.digest, uid, MailFate.CASE, _open(mailbox, letter, key))


def leave(mailbox: Mailbox, uid: int, validity: int) -> MailTaken:
    """Note that a mail could not be read and stays where it is."""
    return _taken(mailbox, f"unreadable {validity} {uid}", uid, MailFate.UNREADABLE)


def _taken(mailbox: Mailbox, digest: str, uid: int, fate: MailFate, case: Case | None = None) -> MailTaken:
    made, _created = MailTaken.objects.get_or_create(
        mailbox=mailbox, digest=digest, defaults={"uid": uid, "fate": fate, "case": case, "taken_at": now()}
    )
    return made


def _answered(mailbox: Mailbox, letter: Letter) -> Case | None:
    """The case this letter belongs to: of this sender, named in the subject, or written about just now in the same words."""
    if not letter.sender_email:
        return None
    theirs = Case.objects.filter(site=mailbox.site, follow_up__email__iexact=letter.sender_email)
    numbers = NUMBER.findall(letter.subject)
    if numbers and (named := theirs.filter(number__in=numbers).order_by("pk").last()) is not None:
        return named
    lately = theirs.filter(source=CaseSource.MAIL, reported_at__gt=now() - SAME_WITHIN, closed_at=None)
    title = _title(letter, mailbox)
    return lately.filter(title=title).order_by("pk").last()


def _open(mailbox: Mailbox, letter: Letter, key: UUID) -> Case:
    words = proposed(f"{letter.subject}\n{letter.text}")
    opened = open_case(
        operation_id=key,
        site=mailbox.site,
        kind=words.kind if words else CaseKind.SERVICE_REQUEST,
        title=_title(letter, mailbox),
        description=_words(letter, mailbox),
        reported_by=None,
        reporter_name=letter.sender_name or letter.sender_email,
        occurred_at=now(),
        source=CaseSource.MAIL,
        category=words.category if words else "",
        subcategory=words.subcategory if words else "",
        priority=words.priority if words else Priority.P3,
        uploads=_pictures(letter),
    )
    begin(opened.case, language=_language(letter, mailbox), email=letter.sender_email)
    mail_resident(opened.case, Mail.RECEIVED)
    return opened.case


def _title(letter: Letter, mailbox: Mailbox) -> str:
    """The subject, else the first line."""
    lines = [line.strip() for line in letter.text.splitlines() if line.strip()]
    with override(mailbox.site.language):
        return (letter.subject or (lines[0] if lines else _("Mail without words")))[:200]


def _words(letter: Letter, mailbox: Mailbox) -> str:
    """What was written, and what was attached that is not kept."""
    with override(mailbox.site.language):
        left = _("Attachments left in the mailbox: %(names)s") % {"names": ", ".join(letter.left_out)}
        text = letter.text or _title(letter, mailbox)
    return f"{text}\n\n{left}" if letter.left_out else text


def _language(letter: Letter, mailbox: Mailbox) -> str:
    """Answers in the site's language to whoever writes Chinese, else in English."""
    is_chinese = bool(_HAN.search(f"{letter.subject}{letter.text}"))
    return mailbox.site.language if is_chinese else "en"


def _pictures(letter: Letter) -> list[Prepared]:
    """What is a picture in truth; what only says so is left."""
    found = []
    for data in letter.images:
        try:
            found.append(prepare_bytes(data))
        except PictureRefused:
            continue
    return found
