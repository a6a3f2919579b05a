"""What residents read of "you said, we did"."""

from django.db.models import QuerySet

from organization.models import Site
from surveys.models import SaidDone


def shown_to_residents(site: Site) -> QuerySet[SaidDone]:
    """Published and not withdrawn, the newest first."""
    return SaidDone.objects.filter(site=site, published_at__isnull=False, withdrawn_at=None).order_by(
        "-published_at", "-pk"
    )
