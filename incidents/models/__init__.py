"""Cases and what belongs to them."""

from .approvals import ApprovalRule
from .cases import Case, CaseEntry
from .extensions import Extension, Pause
from .facts import (
    AUTHORITY_ORIGINS,
    FACTS,
    LEVEL_TONES,
    ComplaintFacts,
    Deadline,
    HazardFacts,
    HazardGrade,
    HazardOrigin,
    IncidentFacts,
    Level,
    Offender,
    RequestFacts,
    ResidentAnswer,
    Sanction,
    Severity,
    StatutoryGrade,
    ViolationFacts,
)
from .kinds import (
    NUMBER_PREFIX,
    PRIORITY_TONES,
    STATUS_TONES,
    UNFINISHED,
    CaseKind,
    CaseSource,
    CaseStatus,
    EntryKind,
    Priority,
)
from .mentions import Mention
from .templates import CaseTemplate

__all__ = [
    "AUTHORITY_ORIGINS",
    "FACTS",
    "LEVEL_TONES",
    "NUMBER_PREFIX",
    "PRIORITY_TONES",
    "STATUS_TONES",
    "UNFINISHED",
    "ApprovalRule",
    "Case",
    "CaseEntry",
    "CaseKind",
    "CaseSource",
    "CaseStatus",
    "CaseTemplate",
    "ComplaintFacts",
    "Deadline",
    "EntryKind",
    "Extension",
    "HazardFacts",
    "HazardGrade",
    "HazardOrigin",
    "IncidentFacts",
    "Level",
    "Mention",
    "Offender",
    "Pause",
    "Priority",
    "RequestFacts",
    "ResidentAnswer",
    "Sanction",
    "Severity",
    "StatutoryGrade",
    "ViolationFacts",
]
