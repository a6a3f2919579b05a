"""What the resources of patrols share."""

from typing import Any

import django_filters
from rest_framework import mixins, viewsets

from core.api.viewsets import (
    PolicyViewMixin,
)
from core.idempotency.api import IdempotentMixin


class WriteViewSet(
    IdempotentMixin,
    PolicyViewMixin[Any],
    mixins.CreateModelMixin,
    mixins.RetrieveModelMixin,
    mixins.UpdateModelMixin,
    mixins.ListModelMixin,
    viewsets.GenericViewSet[Any],
):
    """List, detail, adding and changing; nothing of patrols is ever deleted."""

    http_method_names = ["get", "post", "patch", "head", "options"]


class SiteNumbers(django_filters.FilterSet):  # type: ignore[misc]  # ships no types
    """By the number of a site. A number, not a choice: a foreign site is as unknown as a missing one."""

    site = django_filters.NumberFilter(field_name="site_id", max_value=2**63 - 1, min_value=0)
