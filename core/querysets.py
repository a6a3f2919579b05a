"""The queryset every model of ours starts from."""

from typing import Any, Self, TypeVar

from django.db import models

from core import policies

M = TypeVar("M", bound=models.Model)


class PolicyQuerySet(models.QuerySet[M]):
    """Adds `visible_to(user)`: the rows that exist for a person."""

    def visible_to(self, user: Any) -> Self:
        """The rows of this queryset that exist for `user`."""
        return policies.visible(user, self)  # type: ignore[return-value]  # a policy keeps the class
