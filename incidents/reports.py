"""What becomes of what a resident reports: kind of case, category, priority and first facts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from incidents.models import CaseKind, HazardOrigin, Priority, Report

SUGGESTION = "suggestion"


@dataclass(frozen=True, slots=True)
class Becomes:
    """The case a report opens. `icon` stands beside it where residents choose."""

    kind: CaseKind
    icon: str
    category: str = ""
    priority: str = Priority.P3
    facts: Mapping[str, Any] = field(default_factory=dict)


BECOMES: dict[str, Becomes] = {
    Report.REPAIR: Becomes(CaseKind.SERVICE_REQUEST, "wrench", facts={"is_repair": True}),
    Report.DANGER: Becomes(
        CaseKind.HAZARD, "exclamation-triangle", priority=Priority.P2, facts={"origin": HazardOrigin.RESIDENT}
    ),
    Report.RULE: Becomes(CaseKind.VIOLATION, "person-x"),
    Report.COMPLAINT: Becomes(CaseKind.COMPLAINT, "chat-left-text"),
    Report.QUESTION: Becomes(
        CaseKind.SERVICE_REQUEST, "question-circle", "inquiry", facts={"needs_visit": False}
    ),
    Report.SUGGESTION: Becomes(
        CaseKind.SERVICE_REQUEST, "lightbulb", SUGGESTION, facts={"needs_visit": False}
    ),
    Report.EMERGENCY: Becomes(CaseKind.INCIDENT, "telephone", priority=Priority.P1),
}
