"""Violations: the seven steps of R022.

Residents, visitors and contractors are dissuaded, stopped, told in writing and reported to the authority; only staff
can be sanctioned, and nobody is fined (※9).
"""

from django.utils.translation import gettext_lazy as _

from incidents.models import CaseKind, CaseStatus
from organization.access import SITE_LEADERS
from organization.models import Role

from .conditions import actions_settled, is_not_staff, sanction_fits
from .definition import Act, State, Step, Workflow

INVESTIGATORS = SITE_LEADERS | {Role.FIRE_SAFETY_MANAGER}
SUPERIORS = frozenset({Role.SUPERVISOR, Role.PROJECT_MANAGER, Role.COMPANY_MANAGER, Role.FIRE_SAFETY_MANAGER})
_AT_WORK = ("investigating", "submitted", "planned", "rectifying", "following_up")

WORKFLOW = Workflow(
    kind=CaseKind.VIOLATION,
    facts="violation",
    states=(
        State("investigating", _("First inquiry"), CaseStatus.OPEN),
        State("submitted", _("Reported to the superior"), CaseStatus.OPEN),
        State("planned", _("Rectification planned"), CaseStatus.OPEN),
        State("rectifying", _("Being rectified"), CaseStatus.OPEN),
        State("following_up", _("Re-inspection"), CaseStatus.RESOLVED),
        State("accountability", _("Accountability"), CaseStatus.RESOLVED),
        State("improving", _("Improvement"), CaseStatus.RESOLVED),
        State("closed", _("Closed"), CaseStatus.CLOSED),
        State("to_authority", _("Reported to the authority"), CaseStatus.CLOSED, in_bar=False),
        State("dismissed", _("No violation"), CaseStatus.VOID, in_bar=False),
    ),
    steps=(
        Step(
            "submit",
            _("Report to the superior"),
            ("investigating",),
            "submitted",
            INVESTIGATORS,
            assignee=True,
            demands=("facts.offender", "facts.severity", "facts.facts", "facts.evidence", "facts.proposal"),
            offers=("facts.offender_name", "facts.rule", "photos"),
            stamps=("acknowledged_at", "facts.submitted_at"),
            persons=("facts.submitted_by",),
        ),
        Step(
            "return",
            _("Send back"),
            ("submitted",),
            "investigating",
            SUPERIORS,
            demands=("note",),
            clears=("facts.submitted_at", "facts.submitted_by"),
            tone="secondary",
            is_public=False,
        ),
        Step(
            "plan",
            _("Approve and plan"),
            ("submitted",),
            "planned",
            SUPERIORS,
            demands=("facts.plan", "assigned_to", "due_at"),
            stamps=("facts.approved_at",),
            persons=("facts.approved_by",),
            other_than=("facts.submitted_by",),
        ),
        Step(
            "start",
            _("Begin rectification"),
            ("planned",),
            "rectifying",
            INVESTIGATORS,
            assignee=True,
            offers=("note",),
        ),
        Step(
            "rectify",
            _("Rectified"),
            ("planned", "rectifying"),
            "following_up",
            INVESTIGATORS,
            assignee=True,
            demands=("resolution",),
            offers=("photos",),
            stamps=("resolved_at",),
            persons=("resolved_by",),
        ),
        Step(
            "fail",
            _("Not solved"),
            ("following_up",),
            "rectifying",
            SUPERIORS,
            demands=("note",),
            clears=("resolved_at", "resolved_by"),
            tone="secondary",
        ),
        Step(
            "reinspect",
            _("Confirm that it is solved"),
            ("following_up",),
            "accountability",
            SUPERIORS,
            demands=("facts.reinspection",),
            offers=("photos",),
            stamps=("verified_at",),
            persons=("verified_by",),
            other_than=("resolved_by",),
        ),
        Step(
            "account",
            _("Decide on accountability"),
            ("accountability",),
            "improving",
            SUPERIORS,
            demands=("facts.sanction",),
            offers=("facts.sanction_note",),
            conditions=(sanction_fits,),
            is_public=False,
        ),
        Step(
            "close",
            _("Close"),
            ("improving",),
            "closed",
            SUPERIORS,
            demands=("lessons",),
            offers=("no_action_reason",),
            stamps=("closed_at",),
            conditions=(actions_settled,),
        ),
        Step(
            "hand_to_authority",
            _("Report to the authority and close"),
            _AT_WORK,
            "to_authority",
            SUPERIORS,
            demands=("facts.authority", "facts.authority_receipt", "resolution"),
            offers=("photos",),
            stamps=("acknowledged_at", "resolved_at", "facts.authority_at", "closed_at"),
            persons=("resolved_by",),
            conditions=(is_not_staff,),
            tone="secondary",
        ),
        Step(
            "dismiss",
            _("No violation"),
            ("investigating", "submitted"),
            "dismissed",
            SUPERIORS,
            demands=("note",),
            stamps=("acknowledged_at", "closed_at"),
            tone="secondary",
        ),
        Step(
            "reopen",
            _("Open again"),
            ("closed", "to_authority", "dismissed"),
            "investigating",
            SUPERIORS,
            demands=("note",),
            clears=("resolved_at", "resolved_by", "verified_at", "verified_by", "closed_at"),
            tone="secondary",
            counts_as_reopening=True,
        ),
    ),
    acts=(
        Act("dissuade", _("Dissuaded"), "chat-left-text", ("facts.dissuaded_at",), demands=("note",)),
        Act("stop", _("Stopped"), "slash-circle", ("facts.stopped_at",), demands=("note",)),
        Act("notify", _("Told in writing"), "envelope", ("facts.notified_at",), demands=("note",)),
        Act("call_110", _("110 called (police)"), "telephone", call="110", tone="danger"),
    ),
)
