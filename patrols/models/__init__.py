"""Checkpoints and their labels, routes, plans, rounds and scans."""

from .checkpoints import Checkpoint, CheckpointLabel
from .links import CaseOrigin, PointCheck
from .plans import Discipline, Order, Plan, PlanProgress, Route, RoutePoint
from .rounds import OPEN_STATUSES, Round, RoundStatus
from .scans import CannotReason, Method, Scan, ScanReview, TimeTrust, Verdict

__all__ = [
    "OPEN_STATUSES",
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
    "Verdict",
]
