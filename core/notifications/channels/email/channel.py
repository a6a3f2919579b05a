"""Notifications by e-mail, in the recipient's language, with times of the site."""

from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from core.models import Delivery, Notification
from core.notifications.kinds import Attachment, kind_of
from core.notifications.wording import Message, message_of
from core.outbox import GiveUp

#: Files larger than this together stay out of a mail; its link leads to them.
MOST_ATTACHED = 5 * 1024 * 1024


def language_of(person: Any) -> str:
    """The person's own language, else their company's, else the installation's."""
    company = getattr(person, "company", None)
    return str(person.language or getattr(company, "language", "") or settings.LANGUAGE_CODE)


class Email:
    """One mail per notification. The Message-ID is made from the delivery, so that a mail sent twice (the
    process died between the mail server's answer and our commit) is one mail to the mailbox.
    """

    name = "email"

    def reaches(self, person: Any) -> bool:
        """People with a plausible address."""
        return "@" in parseaddr(person.email or "")[1]

    def send(self, delivery: Delivery) -> None:
        """Render and hand over to the mail server. Raises its errors; GiveUp when the address went away."""
        notification = delivery.notification
        person = notification.recipient
        if not person.is_active or not self.reaches(person):
            raise GiveUp("the recipient has no address any more")
        language = language_of(person)
        with translation.override(language):
            self._mail(delivery, message_of(notification), notification, person, language).send()

    def _mail(
        self, delivery: Delivery, message: Message, notification: Notification, person: Any, language: str
    ) -> EmailMultiAlternatives:
        context = {
            "message": message,
            "person": person,
            "site": notification.site,
            "url": settings.PUBLIC_URL + notification.url if notification.url else "",
            "settings_url": f"{settings.PUBLIC_URL}/notifications/preferences/",
            "language": language,
        }
        folder = "core/notifications/email"
        mail = EmailMultiAlternatives(
            subject=" ".join(message.title.split()),
            body=render_to_string(f"{folder}/message.txt", context),
            to=[person.email],
            headers={
                "Message-ID": f"<{delivery.pk}@{urlsplit(settings.PUBLIC_URL).hostname}>",
                "Auto-Submitted": "auto-generated",
                "Content-Language": language,
            },
        )
        mail.attach_alternative(render_to_string(f"{folder}/message.html", context), "text/html")
        for file in files_of(notification, person):
            mail.attach(*file)
        return mail


def files_of(notification: Notification, person: Any) -> list[Attachment]:
    """The files that go with the mail of a notification; none when they are too large for a mailbox."""
    try:
        attachments = kind_of(notification.kind).attachments
    except LookupError:
        return []
    target = notification.target
    if attachments is None or target is None:
        return []
    files = list(attachments(target, person))
    return files if sum(len(file.content) for file in files) <= MOST_ATTACHED else []
