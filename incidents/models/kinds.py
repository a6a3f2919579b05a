"""The choices all cases share, each with the tone its badge has."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CaseKind(models.TextChoices):
    """What sort of matter it is."""

    INCIDENT = "incident", _("Incident")
    VIOLATION = "violation", _("Violation")
    HAZARD = "hazard", _("Hazard")
    SERVICE_REQUEST = "service_request", _("Service request")
    COMPLAINT = "complaint", _("Complaint")


NUMBER_PREFIX = {
    CaseKind.INCIDENT: "EV",
    CaseKind.VIOLATION: "VI",
    CaseKind.HAZARD: "HZ",
    CaseKind.SERVICE_REQUEST: "SR",
    CaseKind.COMPLAINT: "CP",
}


class CaseSource(models.TextChoices):
    """Where the first word came from."""

    CHECK = "check", _("Check on a patrol")
    GUARD = "guard", _("Reported by a guard")
    DESK = "desk", _("Entered at the desk")
    PHONE = "phone", _("Telephone call")
    RESIDENT = "resident", _("Reported by a resident")
    ALARM = "alarm", _("Alarm of a device")
    MAIL = "mail", _("Mail")
    AUTHORITY = "authority", _("Notice of an authority")
    REVIEW = "review", _("Drill or review")


class CaseStatus(models.TextChoices):
    """How far a case is, whatever its kind; each state of a workflow belongs to one of these."""

    OPEN = "open", _("Open")
    RESOLVED = "resolved", _("Resolved")
    CLOSED = "closed", _("Closed")
    VOID = "void", _("Void")


STATUS_TONES = {
    CaseStatus.OPEN: "warn",
    CaseStatus.RESOLVED: "info",
    CaseStatus.CLOSED: "ok",
    CaseStatus.VOID: "idle",
}
#: still somebody's work
UNFINISHED = (CaseStatus.OPEN, CaseStatus.RESOLVED)


class Priority(models.TextChoices):
    """P1 emergency, P2 urgent, P3 routine (※1: the source's limits are tiers, not contradictions)."""

    P1 = "P1", _("P1 emergency")
    P2 = "P2", _("P2 urgent")
    P3 = "P3", _("P3 routine")


PRIORITY_TONES = {Priority.P1: "danger", Priority.P2: "warn", Priority.P3: "idle"}


class EntryKind(models.TextChoices):
    """What a line of the timeline records."""

    OPENED = "opened", _("Opened")
    STEP = "step", _("Step")
    ACT = "act", _("Act")
    NOTE = "note", _("Note")
    CHANGED = "changed", _("Changed")
    MESSAGE = "message", _("Message")
    PAUSED = "paused", _("Paused")
    RESUMED = "resumed", _("Resumed")
