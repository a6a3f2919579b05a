"""Templates as the intake page needs them."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from incidents.models import CaseTemplate
from organization.models import Site


@dataclass(frozen=True, slots=True)
class Offered:
    """A template to click, and what it fills in."""

    pk: int
    name: str
    kind: str
    tone: str
    filled: dict[str, Any]


def templates_for(user: Any, site: Site) -> list[Offered]:
    """The active templates for a site, in their order; one query."""
    rows = CaseTemplate.objects.visible_to(user).filter(is_active=True, company_id=site.company_id)
    return [_offered(row) for row in rows.filter(Q(site=None) | Q(site=site)).order_by("position", "code")]


def measures_of(template: CaseTemplate) -> list[str]:
    """The first measures in the reader's language, one each."""
    return [line.strip() for line in str(template.measures).splitlines() if line.strip()]


def _offered(row: CaseTemplate) -> Offered:
    code = row.subcategory or row.category
    filled = {
        "template": row.pk,
        "kind": row.kind,
        "what": f"{row.kind}/{code}" if code else "",
        "priority": row.priority,
        "title": str(row.title),
        "description": str(row.text),
        "measures": measures_of(row),
    }
    tone = {"P1": "danger", "P2": "warn"}.get(row.priority, "")
    return Offered(row.pk, str(row.name), row.kind, tone, filled)
