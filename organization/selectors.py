"""Reads of the organization that several pages and the API share."""

from django.db.models import Count, Q, QuerySet

from organization.models import Household


def households() -> QuerySet[Household]:
    """Units with their building and site, and as `known` the number of residents who were not erased."""
    return Household.objects.select_related("site", "building").annotate(
        known=Count("residents", filter=Q(residents__erased_at=None))
    )
