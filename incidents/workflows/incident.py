"""Incidents: the source's three chains merged (※12, domain 2.6).

Calling 119, 110, 120 and evacuation are acts: they never wait for a step.
"""

from django.utils.translation import gettext_lazy as _

from incidents.models import CaseKind, CaseStatus
from organization.access import SITE_LEADERS
from organization.models import Role

from .conditions import actions_settled, is_general
from .definition import Act, State, Step, Workflow

COMMAND = SITE_LEADERS | {Role.FIRE_SAFETY_MANAGER}
CLOSERS = COMMAND - {Role.SHIFT_LEADER}

WORKFLOW = Workflow(
    kind=CaseKind.INCIDENT,
    facts="incident",
    states=(
        State("reported", _("Reported"), CaseStatus.OPEN),
        State("confirmed", _("Confirmed"), CaseStatus.OPEN),
        State("activated", _("Plan activated"), CaseStatus.OPEN),
        State("responding", _("Responding"), CaseStatus.OPEN),
        State("controlled", _("Under control"), CaseStatus.OPEN),
        State("recovering", _("Recovering"), CaseStatus.OPEN),
        State("review", _("Review"), CaseStatus.RESOLVED),
        State("closed", _("Closed"), CaseStatus.CLOSED),
        State("false_alarm", _("False alarm"), CaseStatus.VOID, in_bar=False),
    ),
    steps=(
        Step(
            "confirm",
            _("Confirm"),
            ("reported",),
            "confirmed",
            COMMAND,
            demands=("category", "facts.level"),
            offers=(
                "subcategory",
                "facts.scope",
                "facts.injured",
                "facts.seriously_injured",
                "facts.dead",
                "facts.households_affected",
                "facts.people_affected",
                "note",
            ),
            stamps=("acknowledged_at", "facts.confirmed_at"),
            is_reply=True,
        ),
        Step(
            "false_alarm",
            _("False alarm"),
            ("reported", "confirmed"),
            "false_alarm",
            COMMAND,
            demands=("note",),
            stamps=("acknowledged_at", "closed_at"),
            tone="secondary",
        ),
        Step(
            "activate",
            _("Activate the plan"),
            ("reported", "confirmed"),
            "activated",
            COMMAND,
            demands=("category", "facts.level"),
            offers=("subcategory", "note"),
            stamps=("acknowledged_at", "facts.confirmed_at", "facts.plan_activated_at"),
            tone="danger",
            is_reply=True,
        ),
        Step(
            "respond",
            _("Send people"),
            ("confirmed", "activated"),
            "responding",
            COMMAND,
            offers=("assigned_to", "note"),
            stamps=("facts.dispatched_at",),
        ),
        Step(
            "control",
            _("Under control"),
            ("responding",),
            "controlled",
            COMMAND,
            assignee=True,
            offers=("note",),
            stamps=("arrived_at", "controlled_at"),
        ),
        Step(
            "recover",
            _("Begin recovery"),
            ("controlled",),
            "recovering",
            COMMAND,
            offers=("facts.recovery",),
        ),
        Step(
            "settle",
            _("Settled on the spot"),
            ("reported", "confirmed", "responding"),
            "review",
            COMMAND,
            assignee=True,
            demands=("category", "resolution"),
            offers=("subcategory", "photos"),
            stamps=("acknowledged_at", "arrived_at", "controlled_at", "resolved_at"),
            persons=("resolved_by",),
            conditions=(is_general,),
            tone="secondary",
            is_reply=True,
        ),
        Step(
            "review",
            _("Hand over to review"),
            ("controlled", "recovering"),
            "review",
            COMMAND,
            demands=("resolution",),
            offers=("photos",),
            stamps=("resolved_at", "facts.recovered_at"),
            persons=("resolved_by",),
        ),
        Step(
            "close",
            _("Close"),
            ("review",),
            "closed",
            CLOSERS,
            demands=("cause",),
            offers=(
                "lessons",
                "no_action_reason",
                "facts.statutory_grade",
                "facts.loss_amount",
                "facts.households_affected",
                "facts.people_affected",
                "facts.is_our_responsibility",
            ),
            stamps=("closed_at",),
            conditions=(actions_settled,),
        ),
        Step(
            "reopen",
            _("Open again"),
            ("review", "closed", "false_alarm"),
            "responding",
            CLOSERS,
            demands=("note",),
            clears=("resolved_at", "resolved_by", "closed_at"),
            tone="secondary",
            counts_as_reopening=True,
        ),
    ),
    acts=(
        Act("call_119", _("119 called (fire)"), "telephone", ("facts.external_called_at",), call="119", tone="danger"),
        Act("call_110", _("110 called (police)"), "telephone", ("facts.external_called_at",), call="110", tone="danger"),
        Act("call_120", _("120 called (ambulance)"), "telephone", ("facts.external_called_at",), call="120", tone="danger"),
        Act("evacuate", _("Evacuation begun"), "box-arrow-right", ("facts.evacuation_started_at",), tone="danger"),
        Act("arrived", _("First of ours on the scene"), "geo-alt", ("arrived_at",)),
        Act("external_arrived", _("Outside help arrived"), "geo-alt", ("facts.external_arrived_at",)),
        Act("cordon", _("Area cordoned off"), "slash-circle"),
        Act("supplies", _("Supplies issued"), "inbox", demands=("note",)),
        Act("notice", _("Public notice given"), "flag", ("facts.first_notice_at",), demands=("note",), is_public=True),
        Act("media", _("Media on the scene"), "camera", demands=("note",)),
        Act("casualties", _("Casualties changed"), "heart-pulse", demands=("facts.injured", "facts.seriously_injured", "facts.dead")),
    ),
)  # fmt: skip
