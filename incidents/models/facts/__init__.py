"""What only one kind of case has, one row beside its case."""

from django.db import models

from incidents.models.kinds import CaseKind

from .complaint import ComplaintFacts, ResidentAnswer
from .hazard import AUTHORITY_ORIGINS, Deadline, HazardFacts, HazardGrade, HazardOrigin
from .incident import LEVEL_TONES, IncidentFacts, Level, StatutoryGrade
from .request import RequestFacts
from .violation import Offender, Sanction, Severity, ViolationFacts

#: The facts of each kind.
FACTS: dict[CaseKind, type[models.Model]] = {
    CaseKind.INCIDENT: IncidentFacts,
    CaseKind.VIOLATION: ViolationFacts,
    CaseKind.HAZARD: HazardFacts,
    CaseKind.SERVICE_REQUEST: RequestFacts,
    CaseKind.COMPLAINT: ComplaintFacts,
}

__all__ = [
    "AUTHORITY_ORIGINS", "FACTS", "LEVEL_TONES", "ComplaintFacts", "Deadline", "HazardFacts", "HazardGrade", "HazardOrigin",
    "IncidentFacts", "Level", "Offender", "RequestFacts", "ResidentAnswer", "Sanction", "Severity", "StatutoryGrade", "ViolationFacts",
]  # fmt: skip
