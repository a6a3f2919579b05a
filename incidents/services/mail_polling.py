"""Reading the mailboxes of MAIL_INTAKE: every minute by a task, or once by `manage.py read_mail`."""

import imaplib
from email.errors import MessageError

import structlog
from django.conf import settings
from django.core.exceptions import ValidationError

from core.attachments import StoreUnavailable
from incidents.mailbox import Mailbox, mailbox_of, opened
from incidents.services.mail_intake import take_mail
from organization.models import Site

log = structlog.get_logger()


def read_mail() -> int:
    """Take what has come; how many mails became cases or words. A mailbox that does not answer waits for the next time."""
    return sum(_read(mailbox_of(address)) for address in settings.MAIL_INTAKE)


def _read(mailbox: Mailbox) -> int:
    site = Site.objects.filter(company__code=mailbox.company, code=mailbox.site, is_active=True).first()
    if site is None:
        log.error("mail intake: no such site", company=mailbox.company, site=mailbox.site)
        return 0
    taken = 0
    try:
        with opened(mailbox) as inbox:
            for uid, content in inbox.unseen():
                try:
                    taken += take_mail(content, site) is not None
                except (ValidationError, MessageError, StoreUnavailable, ValueError) as error:
                    log.warning("mail not taken, left unseen", uid=uid.decode(), error=type(error).__name__)
                    continue
                inbox.mark_seen(uid)
    except (OSError, imaplib.IMAP4.error) as error:
        log.warning("mailbox unreachable", host=mailbox.host, error=type(error).__name__)
    return taken
