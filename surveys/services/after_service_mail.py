"""The mail that asks a resident how a service went, in their language, with a link of their own."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from core.models import OutboxItem
from incidents.models import CaseStatus
from organization.privacy import path_of
from surveys.links import invitation_url
from surveys.models import Invitation, InvitationState
from surveys.services.answering import takes_answers


def send(invitation_id: int, item: OutboxItem) -> bool:
    """Hand the mail over; False when nobody is to be asked any more. Sent twice it has one Message-ID."""
    rows = Invitation.objects.select_related(
        "wave__site__company", "wave__version__questionnaire", "case__follow_up"
    )
    invitation = rows.get(pk=invitation_id)
    case = invitation.case
    if case is None or case.status != CaseStatus.CLOSED or not case.follow_up.email:
        return False
    if invitation.state != InvitationState.INVITED or not takes_answers(invitation.wave):
        return False
    with translation.override(case.follow_up.language):
        _mail(invitation, case.follow_up.email, case.number, case.follow_up.language, item).send()
    return True


def _mail(
    invitation: Invitation, address: str, number: str, language: str, item: OutboxItem
) -> EmailMultiAlternatives:
    wave, site = invitation.wave, invitation.wave.site
    title = _("How did it go? Your report %(number)s") % {"number": number}
    context = {
        "title": title,
        "wave": wave,
        "site": site,
        "number": number,
        "url": invitation_url(invitation),
        "privacy_url": settings.PUBLIC_URL.rstrip("/") + path_of(site),
        "language": language,
    }
    mail = EmailMultiAlternatives(
        subject=f"{title} · {' '.join(site.name.split())}",
        body=render_to_string("surveys/mail/after_service.txt", context),
        to=[address],
        headers={
            "Message-ID": f"<after-service-{item.pk}@{urlsplit(settings.PUBLIC_URL).hostname}>",
            "Auto-Submitted": "auto-generated",
            "Content-Language": language,
        },
    )
    mail.attach_alternative(render_to_string("surveys/mail/after_service.html", context), "text/html")
    return mail
