"""Complaints and disputes: acknowledged within 30 minutes, answered within two days, ten at the most (domain 2.12)."""

from django.utils.translation import gettext_lazy as _

from incidents.models import CaseKind, CaseStatus
from organization.access import SITE_LEADERS
from organization.models import Role

from .conditions import is_dispute
from .definition import RESIDENT, RULE, Act, State, Step, Workflow

OFFICE = SITE_LEADERS
DECIDERS = frozenset({Role.SUPERVISOR, Role.PROJECT_MANAGER, Role.COMPANY_MANAGER})

WORKFLOW = Workflow(
    kind=CaseKind.COMPLAINT,
    facts="complaint",
    states=(
        State("received", _("Received"), CaseStatus.OPEN),
        State("acknowledged", _("Acknowledged"), CaseStatus.OPEN),
        State("investigating", _("Under inquiry"), CaseStatus.OPEN),
        State("mediating", _("Mediation"), CaseStatus.OPEN, in_bar=False),
        State("replied", _("Replied"), CaseStatus.RESOLVED),
        State("closed", _("Closed"), CaseStatus.CLOSED),
        State("withdrawn", _("Withdrawn"), CaseStatus.VOID, in_bar=False),
    ),
    steps=(
        Step(
            "acknowledge",
            _("Acknowledge"),
            ("received",),
            "acknowledged",
            OFFICE,
            offers=("assigned_to", "subcategory", "facts.is_dispute", "note"),
            stamps=("acknowledged_at",),
        ),
        Step(
            "investigate",
            _("Begin inquiry"),
            ("received", "acknowledged"),
            "investigating",
            OFFICE,
            assignee=True,
            offers=("assigned_to", "facts.parties", "note"),
            stamps=("acknowledged_at",),
        ),
        Step(
            "mediate",
            _("Mediate"),
            ("acknowledged", "investigating", "replied"),
            "mediating",
            OFFICE,
            demands=("facts.parties",),
            clears=("resolved_at", "resolved_by"),
            conditions=(is_dispute,),
            tone="secondary",
        ),
        Step(
            "reply",
            _("Reply"),
            ("acknowledged", "investigating"),
            "replied",
            DECIDERS,
            demands=("facts.reply", "facts.is_valid"),
            offers=("cause", "photos"),
            stamps=("resolved_at",),
            persons=("resolved_by",),
            is_reply=True,
            is_told=True,
        ),
        Step(
            "mediated",
            _("Record the mediation"),
            ("mediating",),
            "replied",
            OFFICE,
            demands=("facts.mediation", "facts.reply"),
            offers=("photos",),
            stamps=("facts.mediated_at", "resolved_at"),
            persons=("resolved_by",),
            is_reply=True,
        ),
        Step(
            "answer",
            _("Resident's answer"),
            ("replied",),
            "closed",
            DECIDERS | {RESIDENT},
            demands=("facts.answer",),
            offers=("lessons", "note"),
            stamps=("facts.answered_at", "closed_at"),
            is_told=True,
        ),
        Step("expire", _("Closed by rule"), ("replied",), "closed", frozenset({RULE}), stamps=("closed_at",)),
        Step(
            "withdraw",
            _("Withdrawn"),
            ("received", "acknowledged", "investigating", "mediating"),
            "withdrawn",
            DECIDERS | {RESIDENT},
            demands=("note",),
            stamps=("acknowledged_at", "closed_at"),
            tone="secondary",
            is_told=True,
        ),
        Step(
            "reopen",
            _("Not satisfied, open again"),
            ("replied", "closed"),
            "investigating",
            DECIDERS | {RESIDENT},
            demands=("note",),
            clears=("resolved_at", "resolved_by", "closed_at", "facts.answer", "facts.answered_at"),
            tone="secondary",
            counts_as_reopening=True,
            is_told=True,
        ),
    ),
    acts=(
        Act("called_back", _("Resident called back"), "telephone", demands=("note",)),
        Act("met", _("Met with the resident"), "person-check", demands=("note",)),
    ),
)
