"""Corrective actions of a case: it closes only when they are settled, or when it is said why none is needed."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from collaboration.selectors.linked import actions_of, has_open
from incidents.models import Case, CaseKind, HazardGrade
from incidents.obligations import register


def needs_action(case: Case) -> bool:
    """Must there be a corrective action, or a word why none is needed? Incidents, violations, major hazards."""
    if case.kind == CaseKind.HAZARD:
        return bool(case.hazard.grade == HazardGrade.MAJOR)
    return case.kind in (CaseKind.INCIDENT, CaseKind.VIOLATION)


@register
def actions_are_settled(case: Case) -> Any:
    """Open action items keep a case open."""
    return _("Corrective actions of this case are not settled yet.") if has_open(case) else None


@register
def actions_exist_or_are_not_needed(case: Case) -> Any:
    """At least one corrective action, or why none is needed (domain 2.6)."""
    if not needs_action(case) or case.no_action_reason.strip() or actions_of(case).exists():
        return None
    return _("Record a corrective action, or say why none is needed.")
