"""What organization does when the platform announces something."""

from typing import Any

from django.dispatch import receiver

from core.auditor.notices import alarm
from core.auditor.signals import finding_opened
from core.clock import now
from core.models import AuditorFinding
from organization.access import COMPANY_WIDE
from organization.models import Membership, Person


@receiver(finding_opened)
def raise_alarm(sender: Any, finding_id: int, **kwargs: Any) -> None:
    """The company's managers and administrators hear of it; without a company the installation's own."""
    finding = AuditorFinding.objects.select_related("site").get(pk=finding_id)
    company = finding.company_id or (finding.site.company_id if finding.site else None)
    if company is None:
        people = Person.objects.filter(is_superuser=True, is_active=True)
    else:
        held = Membership.objects.filter(
            company_id=company, role__in=COMPANY_WIDE, site=None, department=None
        )
        people = Person.objects.filter(pk__in=held.valid_on(now().date()).values("person_id"), is_active=True)
    alarm(finding, people)
