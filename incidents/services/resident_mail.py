"""Mails to the resident who reported a case, in their language: received, answered, done, the link once more."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import models
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy

from core.models import OutboxItem
from core.outbox import GiveUp, enqueue, handler
from incidents.links import case_url
from incidents.models import Case, CaseEntry, FollowUp
from incidents.selectors.told import is_told
from incidents.workflows import Step
from organization.privacy import path_of

#: Words of an answer in a mail; the page has the rest.
LONGEST = 2_000


class Mail(models.TextChoices):
    """What a mail says."""

    RECEIVED = "received", gettext_lazy("We have received your report %(number)s")
    ANSWERED = "answered", gettext_lazy("There is an answer to your report %(number)s")
    DONE = "done", gettext_lazy("Your report %(number)s is settled")
    LINK = "link", gettext_lazy("The link to your report %(number)s")


def mail_resident(case: Case, what: Mail, *, entry: CaseEntry | None = None, key: str = "") -> None:
    """Queue a mail, if the resident left an address; the same one is queued once."""
    follow_up = FollowUp.objects.filter(case_id=case.pk, erased_at=None).exclude(email="").first()
    if follow_up is None:
        return
    enqueue(
        "incidents.mail_resident",
        {"case": case.pk, "what": what.value, "entry": entry.pk if entry is not None else None},
        key=f"{case.pk}:{what.value}:{entry.pk if entry is not None else key}",
        company_id=case.company_id,
    )


def mail_of_step(case: Case, step: Step, entry: CaseEntry, *, is_settled: bool) -> None:
    """Queue what a step of ours means to the resident."""
    if is_settled:
        mail_resident(case, Mail.DONE, entry=entry)
    elif step.is_reply:
        mail_resident(case, Mail.ANSWERED, entry=entry)


@handler("incidents.mail_resident", atomic=False, title=gettext_lazy("Send a mail to a resident"))
def send(payload: dict[str, Any], item: OutboxItem) -> None:
    """Render and hand over to the mail server. A mail sent twice has one Message-ID."""
    follow_up = (
        FollowUp.objects.select_related("case__site__company")
        .filter(case_id=payload["case"], erased_at=None)
        .first()
    )
    if follow_up is None or not follow_up.email:
        raise GiveUp("nobody is to be told any more")
    entry = CaseEntry.objects.filter(pk=payload["entry"] or 0).first()
    with translation.override(follow_up.language):
        _mail(follow_up, Mail(payload["what"]), entry, item).send()


def _mail(
    follow_up: FollowUp, what: Mail, entry: CaseEntry | None, item: OutboxItem
) -> EmailMultiAlternatives:
    case = follow_up.case
    title = str(what.label) % {"number": case.number}
    context = {
        "title": title,
        "what": what.value,
        "case": case,
        "words": entry.text[:LONGEST] if entry is not None and is_told(case, entry) else "",
        "url": case_url(follow_up),
        "privacy_url": settings.PUBLIC_URL.rstrip("/") + path_of(case.site),
        "language": follow_up.language,
    }
    mail = EmailMultiAlternatives(
        subject=f"{title} · {' '.join(case.site.name.split())}",
        body=render_to_string("incidents/mail/resident.txt", context),
        to=[follow_up.email],
        headers={
            "Message-ID": f"<resident-{item.pk}@{urlsplit(settings.PUBLIC_URL).hostname}>",
            "Auto-Submitted": "auto-generated",
            "Content-Language": follow_up.language,
        },
    )
    mail.attach_alternative(render_to_string("incidents/mail/resident.html", context), "text/html")
    return mail
