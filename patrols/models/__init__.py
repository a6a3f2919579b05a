"""Checkpoints and their labels, routes, plans, rounds and scans."""

from .checkpoints import Checkpoint, CheckpointLabel
from .links import CaseOrigin, PointCheck
from .plans import Discipline, Order, Plan, PlanProgress, Route, RoutePoint
from .rounds import OPEN_STATUSES, Round, RoundStatus
from .scans import VERDICT_TONES, CannotReason, Method, Scan, ScanReview, TimeTrust, TypedReason, Verdict

__all__ = [
    "OPEN_STATUSES",
    "VERDICT_TONES",
    "CannotReason",
    "CaseOrigin",
    "Checkpoint",
    "CheckpointLabel",
    "Discipline",
    "Method",
    "Order",
    "Plan",
    "PlanProgress",
    "PointCheck",
    "Round",
    "RoundStatus",
    "Route",
    "RoutePoint",
    "Scan",
    "ScanReview",
    "TimeTrust",
    "TypedReason",
    "Verdict",
]
