"""Something to tell, before it is told."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell people and groups; what the fields mean stands at `core.notifications.notify`."""

    kind: str
    recipients: Iterable[Any]
    target: models.Model | None = None
    site: models.Model | None = None
    context: Mapping[str, Any] = field(default_factory=dict)
    key: str | None = None
    rank: int | None = None

    @property
    def company_id(self) -> int | None:
        """Whose groups may hear of it; None when nothing says so."""
        company_id: int | None = getattr(self.site, "company_id", None) or getattr(
            self.target, "company_id", None
        )
        return company_id
