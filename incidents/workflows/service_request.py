"""Service requests and repairs: taken up, visited, done; the resident confirms, or time does (R014, R067, ※1)."""

from django.utils.translation import gettext_lazy as _

from incidents.models import CaseKind, CaseStatus
from organization.access import FIELD, SITE_LEADERS
from organization.models import Role

from .definition import RESIDENT, RULE, Act, State, Step, Workflow

OFFICE = SITE_LEADERS | {Role.FACILITY_ENGINEER}
WORKERS = FIELD | SITE_LEADERS

WORKFLOW = Workflow(
    kind=CaseKind.SERVICE_REQUEST,
    facts="request",
    states=(
        State("submitted", _("Submitted"), CaseStatus.OPEN),
        State("accepted", _("Accepted"), CaseStatus.OPEN),
        State("in_progress", _("In progress"), CaseStatus.OPEN),
        State("done", _("Done"), CaseStatus.RESOLVED),
        State("closed", _("Closed"), CaseStatus.CLOSED),
        State("declined", _("Declined"), CaseStatus.VOID, in_bar=False),
        State("withdrawn", _("Withdrawn"), CaseStatus.VOID, in_bar=False),
    ),
    steps=(
        Step(
            "accept",
            _("Accept"),
            ("submitted",),
            "accepted",
            OFFICE,
            assignee=True,
            offers=("assigned_to", "facts.is_repair", "facts.needs_visit", "facts.appointment_at", "note"),
            stamps=("acknowledged_at",),
            is_reply=True,
            is_told=True,
        ),
        Step(
            "decline",
            _("Decline"),
            ("submitted", "accepted"),
            "declined",
            OFFICE,
            demands=("note",),
            stamps=("acknowledged_at", "closed_at"),
            tone="secondary",
            is_reply=True,
            is_told=True,
        ),
        Step(
            "arrive",
            _("On site"),
            ("accepted",),
            "in_progress",
            OFFICE,
            assignee=True,
            offers=("note",),
            stamps=("arrived_at",),
        ),
        Step(
            "finish",
            _("Done"),
            ("accepted", "in_progress"),
            "done",
            OFFICE,
            assignee=True,
            demands=("resolution",),
            offers=("cause", "photos"),
            stamps=("arrived_at", "resolved_at"),
            persons=("resolved_by",),
            is_told=True,
        ),
        Step(
            "confirm",
            _("Confirmed by the resident"),
            ("done",),
            "closed",
            OFFICE | {RESIDENT},
            offers=("note",),
            stamps=("facts.confirmed_at", "closed_at"),
            is_told=True,
        ),
        Step("expire", _("Closed by rule"), ("done",), "closed", frozenset({RULE}), stamps=("closed_at",)),
        Step(
            "withdraw",
            _("Withdraw"),
            ("submitted", "accepted"),
            "withdrawn",
            OFFICE | {RESIDENT},
            offers=("note",),
            stamps=("closed_at",),
            tone="secondary",
            is_told=True,
        ),
        Step(
            "reopen",
            _("Not solved"),
            ("done", "closed"),
            "in_progress",
            OFFICE | {RESIDENT},
            demands=("note",),
            clears=("resolved_at", "resolved_by", "closed_at", "facts.confirmed_at"),
            tone="secondary",
            counts_as_reopening=True,
            is_told=True,
        ),
    ),
    acts=(
        Act("called_back", _("Resident called back"), "telephone", ("first_reply_at",), demands=("note",)),
        Act(
            "appointment",
            _("Appointment made"),
            "clock-history",
            ("first_reply_at",),
            demands=("facts.appointment_at",),
            is_public=True,
        ),
    ),
)
