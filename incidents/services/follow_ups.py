"""The link by which a resident follows a case: given with the report, or by the desk; a new one voids the old."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core import audit
from core.clock import now
from incidents.links import case_token, digest
from incidents.models import Case, FollowUp, IntakePoint
from incidents.services.resident_mail import Mail, mail_resident
from incidents.services.writing import locked
from organization.models import Person

LINK_ISSUED = audit.register_action(
    "incidents.resident_link_issued", _("Gave out link %(serial)s to follow case %(number)s")
)


def begin(
    case: Case,
    *,
    point: IntakePoint | None = None,
    report: str = "",
    language: str = "",
    email: str = "",
    unit: str = "",
    notice_version: int = 0,
    is_for_child: bool = False,
) -> FollowUp:
    """The first link to a case. Checks no policy."""
    return FollowUp.objects.create(
        case=case,
        point=point,
        report=report,
        token_sha256=digest(case_token(case.pk, 1)),
        language=language or get_language() or case.site.language,
        email=email,
        unit=unit.strip()[:40],
        notice_version=notice_version,
        is_for_child=is_for_child,
    )


@transaction.atomic
def issue_link(*, user: Person, case_id: int, email: str = "", language: str = "") -> FollowUp:
    """A link for the resident of any case; where there is one, a new link that voids it.

    Told by mail when an address is given or known. Raises Http404, PermissionDenied, ValidationError when what was
    known of the resident has been erased.
    """
    case = locked(user, case_id, "message")
    follow_up = FollowUp.objects.select_for_update().filter(case=case).first()
    if follow_up is None:
        follow_up = begin(case, language=language or case.site.language, email=email)
    elif follow_up.erased_at is not None:
        raise ValidationError(_("Of this resident nothing is kept any more."))
    else:
        follow_up.serial += 1
        follow_up.token_sha256 = digest(case_token(case.pk, follow_up.serial))
        follow_up.email, follow_up.language = email or follow_up.email, language or follow_up.language
        follow_up.save(update_fields=["serial", "token_sha256", "email", "language"])
    details = {"serial": follow_up.serial, "number": case.number}
    audit.record(LINK_ISSUED, actor=user, site=case.site, target=case, details=details)
    mail_resident(case, Mail.LINK, key=f"serial {follow_up.serial}")
    return follow_up


def send_again(number: str, email: str) -> None:
    """Mail the link once more to whoever left this address with this case; says to nobody whether there is one.

    At most one mail per case and quarter of an hour.
    """
    found = FollowUp.objects.select_related("case").filter(
        case__number__iexact=number.strip(), email__iexact=email.strip(), erased_at=None
    )
    for follow_up in found.exclude(email="")[:5]:
        quarter = int(now().timestamp()) // 900
        mail_resident(follow_up.case, Mail.LINK, key=f"asked {quarter}")


def looked_at(follow_up: FollowUp) -> None:
    """The resident looked at the page; kept to the hour, so that the desk knows that an answer was seen."""
    moment = now()
    if follow_up.opened_at is None or moment - follow_up.opened_at > timedelta(hours=1):
        FollowUp.objects.filter(pk=follow_up.pk).update(opened_at=moment)
