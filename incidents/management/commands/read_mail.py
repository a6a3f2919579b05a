"""`manage.py read_mail`: take the mails of residents that have come, once."""

from typing import Any

from django.core.management.base import BaseCommand

from incidents.services.mail_polling import read_mail


class Command(BaseCommand):
    """What the worker does every minute, by hand: to see whether MAIL_INTAKE is right."""

    help = "Take the mails of residents that lie unseen in the mailboxes of MAIL_INTAKE."

    def handle(self, *args: Any, **options: Any) -> None:
        """Take them, say how many."""
        self.stdout.write(f"{read_mail()} taken")
