"""What organization does when the platform announces something."""

from typing import Any

from django.db.models import QuerySet
from django.dispatch import receiver

from core.auditor.notices import alarm
from core.auditor.signals import finding_opened
from core.clock import now
from core.models import AuditorFinding, Endpoint
from core.outgoing.notices import tell_given_up
from core.outgoing.signals import gave_up
from organization.access import COMPANY_WIDE, MANAGERS, people_holding
from organization.models import Membership, Person


@receiver(finding_opened)
def raise_alarm(sender: Any, finding_id: int, **kwargs: Any) -> None:
    """The company's managers and administrators hear of it; without a company the installation's own."""
    finding = AuditorFinding.objects.select_related("site").get(pk=finding_id)
    company = finding.company_id or (finding.site.company_id if finding.site else None)
    installers = Person.objects.filter(is_superuser=True, is_active=True)
    alarm(finding, installers if company is None else leading(company))


@receiver(gave_up)
def tell_managers(sender: Any, endpoint: Endpoint, **kwargs: Any) -> None:
    """Who manages the endpoint's site, or the company, hears that a robot or webhook gets nothing."""
    site: Any = endpoint.site
    tell_given_up(endpoint, leading(endpoint.company_id) if site is None else people_holding(MANAGERS, site))


def leading(company_id: int) -> QuerySet[Person]:
    """The active managers and administrators of the whole company, today."""
    held = Membership.objects.filter(company_id=company_id, role__in=COMPANY_WIDE, site=None, department=None)
    people: QuerySet[Person] = Person.objects.filter(
        pk__in=held.valid_on(now().date()).values("person_id"), is_active=True
    )
    return people
