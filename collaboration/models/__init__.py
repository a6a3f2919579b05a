"""Action items and requests between departments, each with its timeline and the record it came from."""

from .actions import ActionEntry, ActionEntryKind, ActionItem, ActionKind, ActionStatus, Effectiveness
from .extensions import Decision, Extension
from .requests import (
    CollaborationRequest,
    RequestEntry,
    RequestEntryKind,
    RequestKind,
    RequestStatus,
    Urgency,
)
from .timeline import TimelineEntry

__all__ = [
    "ActionEntry",
    "ActionEntryKind",
    "ActionItem",
    "ActionKind",
    "ActionStatus",
    "CollaborationRequest",
    "Decision",
    "Effectiveness",
    "Extension",
    "RequestEntry",
    "RequestEntryKind",
    "RequestKind",
    "RequestStatus",
    "TimelineEntry",
    "Urgency",
]
