"""What figures count of cases: the name and meaning of every measure, and the spans they go by (domain 3.2).

What is counted how stands twice, written apart so that one watches the other: in `incidents.selectors.figures` row by
row, and in `incidents.selectors.day_counts` for whole days in one statement.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from incidents.categories import CATEGORIES
from incidents.models import CaseKind

#: A repair report is answered (K06), a notice to the public given (K26), a complaint answered (K44) and at the very
#: latest answered (Hangzhou Property Management Regulations §50), an open request worth a look (K03).
ANSWER_WITHIN = timedelta(minutes=120)
NOTICE_WITHIN = timedelta(minutes=30)
REPLY_WITHIN = timedelta(days=2)
REPLY_AT_MOST = timedelta(days=10)
LONG_OPEN = timedelta(hours=24)
#: A request opened again so soon was not repaired (K08); the same hazard so soon is a recurrence (K16).
REOPENED_WITHIN = timedelta(days=30)
RECURS_WITHIN = timedelta(days=90)
#: What a kind is counted by besides its report.
AFTER_REPORT: Mapping[str, tuple[timedelta, ...]] = {
    CaseKind.SERVICE_REQUEST: (ANSWER_WITHIN, LONG_OPEN),
    CaseKind.COMPLAINT: (REPLY_WITHIN, REPLY_AT_MOST),
}
#: Minutes in a minute, in a tenth of an hour, in a tenth of a day: what lengths of time are rounded up to.
MINUTE, TENTH_OF_HOUR, TENTH_OF_DAY = 1, 6, 144


@dataclass(frozen=True, slots=True)
class Counted:
    """A measure of cases. `step` is set for lengths of time: what they are rounded up to, in minutes."""

    name: Any
    definition: Any
    tone: str = "info"
    step: int = 0


#: What stands in the codes of measures for a kind of cases.
OF_KIND: Mapping[str, str] = {
    CaseKind.SERVICE_REQUEST: "service",
    CaseKind.COMPLAINT: "complaints",
    CaseKind.HAZARD: "hazards",
    CaseKind.VIOLATION: "violations",
    CaseKind.INCIDENT: "incidents",
}

_DUE = _("By the day the limit ends, once it has ended; void cases and duplicates are left out.")

COUNTED: dict[str, Counted] = {
    # --- all kinds ------------------------------------------------------------------------------
    "cases_reported": Counted(_("Cases reported"), _("By the day they were reported; void cases, duplicates and false alarms are left out.")),
    "cases_duplicates": Counted(_("Duplicates"), _("Merged with another case. Left out of every other figure."), "idle"),
    "cases_void": Counted(_("Void"), _("Withdrawn, declined or dismissed. Left out of every other figure."), "idle"),
    "cases_reopened": Counted(_("Opened again"), _("Cases reported that were opened again at least once."), "warn"),
    # --- service requests -----------------------------------------------------------------------
    "service_response_urgent": Counted(_("Response to urgent requests"), _("From the report until somebody was on the scene, or took it up when no visit was needed; pauses deducted. P1 and P2, by the day they were reported."), step=MINUTE),
    "service_response_routine": Counted(_("Response to routine requests"), _("From the report until it was taken up or answered; pauses deducted. P3, by the day they were reported."), step=MINUTE),
    "service_completion": Counted(_("Completion of requests"), _("From the report until it was done; pauses deducted. By the day they were reported."), step=TENTH_OF_HOUR),
    "service_open_long": Counted(_("Requests open after 24 hours"), _("Not done 24 hours after the report, and still not."), "warn"),
    "service_response_due": Counted(_("Responses to requests due"), _DUE),
    "service_responded": Counted(_("Requests responded to in time"), _("Of these, responded to within the limit of their priority."), "ok"),
    "service_due": Counted(_("Requests to be done"), _DUE),
    "service_in_time": Counted(_("Requests done in time"), _("Of these, done by the limit."), "ok"),
    "service_done": Counted(_("Requests done"), _("Of these, done, also late."), "ok"),
    "repairs_answer_due": Counted(_("Repair reports to be answered"), _("By the day the two hours end, once they have ended; void cases and duplicates are left out.")),
    "repairs_answered": Counted(_("Repair reports answered within 2 hours"), _("Of these, first answered within 120 minutes."), "ok"),
    "service_finished": Counted(_("Requests reported done"), _("By the day they were first reported done.")),
    "service_reopened": Counted(_("Requests opened again"), _("Of these, opened again within 30 days."), "warn"),
    # --- complaints -----------------------------------------------------------------------------
    "complaints_reported": Counted(_("Complaints received"), _("By the day they were received; withdrawn ones and duplicates are left out.")),
    "complaints_valid": Counted(_("Complaints that hold"), _("Of these, found to be right."), "warn"),
    "complaints_unjudged": Counted(_("Complaints not judged yet"), _("Of these, still open to whether they hold."), "idle"),
    "complaints_reply_due": Counted(_("Complaints to be answered"), _("By the day the two days end, once they have ended.")),
    "complaints_replied": Counted(_("Complaints answered within 2 days"), _("Of these, first answered within two days."), "ok"),
    "complaints_limit_due": Counted(_("Complaints at the hard limit"), _("By the day the ten days end, once they have ended.")),
    "complaints_limit_kept": Counted(_("Complaints answered within 10 days"), _("Of these, first answered within ten days."), "ok"),
    # --- hazards --------------------------------------------------------------------------------
    "hazards_reported": Counted(_("Hazards found"), _("By the day they were found; dismissed ones and duplicates are left out.")),
    "hazards_unverified": Counted(_("Hazards not verified yet"), _("Of these, not yet verified as put right."), "warn"),
    "hazards_due": Counted(_("Hazards due"), _DUE),
    "hazards_in_time": Counted(_("Hazards closed in time"), _("Of these, verified by somebody else by the deadline; an extension does not move it."), "ok"),
    "hazards_major_due": Counted(_("Major hazards due"), _("Of the hazards due, the major ones.")),
    "hazards_major_in_time": Counted(_("Major hazards closed in time"), _("Of these, verified by the deadline."), "ok"),
    "hazards_time_general": Counted(_("Time to close general hazards"), _("From finding to verification; pauses deducted. By the day they were found."), step=TENTH_OF_DAY),
    "hazards_time_major": Counted(_("Time to close major hazards"), _("From finding to verification; pauses deducted. By the day they were found."), step=TENTH_OF_DAY),
    "hazards_closed": Counted(_("Hazards closed"), _("By the day they were closed.")),
    "hazards_recurred": Counted(_("Hazards that came back"), _("Hazards found that are linked to an earlier one, not closed more than 90 days before."), "warn"),
    # --- violations -----------------------------------------------------------------------------
    "violations_due": Counted(_("Violations due"), _DUE),
    "violations_in_time": Counted(_("Violations put right in time"), _("Of these, confirmed as solved, or reported to the authority, by the deadline."), "ok"),
    "violations_staff_due": Counted(_("Violations by staff due"), _("Of the violations due, those by staff.")),
    "violations_staff_in_time": Counted(_("Violations by staff put right in time"), _("Of these, put right by the deadline."), "ok"),
    "violations_others_due": Counted(_("Violations by others due"), _("Of the violations due, those by residents, visitors and contractors.")),
    "violations_others_in_time": Counted(_("Violations by others put right in time"), _("Of these, put right or reported to the authority by the deadline."), "ok"),
    # --- incidents ------------------------------------------------------------------------------
    "incidents_received": Counted(_("Incidents received"), _("By the day they were reported, with those that proved false; duplicates are left out.")),
    "incidents_false": Counted(_("False alarms"), _("Of these, false alarms. Left out of every other figure."), "idle"),
    "incidents_reported": Counted(_("Incidents"), _("By the day they were reported; false alarms and duplicates are left out.")),
    "incidents_security": Counted(_("Security incidents"), _("Personal safety, fire and property loss; false alarms are left out."), "warn"),
    "incidents_serious": Counted(_("Serious accidents"), _("Level 1 or 2, somebody dead or gravely hurt, or a fire with a loss, for which we were responsible."), "danger"),
    "incidents_arrival_fire": Counted(_("Arrival at fires"), _("From the report until the first of ours was on the scene, where somebody noted the arrival."), step=MINUTE),
    "incidents_arrival_other": Counted(_("Arrival at other incidents"), _("From the report until the first of ours was on the scene, where somebody noted the arrival."), step=MINUTE),
    "incidents_activation": Counted(_("Activation of the plan"), _("From the report until the plan was activated. Real events only."), step=MINUTE),
    "notices_due": Counted(_("Public notices due"), _("Incidents of level 1 to 3 whose plan was activated, by the day the half hour ended.")),
    "notices_in_time": Counted(_("Public notices given in time"), _("Of these, with a public notice within 30 minutes."), "ok"),
    "upward_due": Counted(_("Upward reports due"), _("By the day the limit of the level, or the hour of the law, ended.")),
    "upward_in_time": Counted(_("Upward reports sent in time"), _("Of these, sent within the limit."), "ok"),
    "analyses_due": Counted(_("Analysis reports due"), _("Demanded for level 1 and 2 and every fire, seven days after closing.")),
    "analyses_in_time": Counted(_("Analysis reports in time"), _("Of these, submitted within seven days after closing."), "ok"),
}  # fmt: skip

#: The categories of incidents, whose times to control are never mixed (K25).
INCIDENT_CATEGORIES = CATEGORIES[CaseKind.INCIDENT]
COUNTED |= {
    f"incidents_control_{one.code}": Counted(
        format_lazy(_("Time to control: {category}"), category=one.label),
        _("From the first of ours on the scene until it was under control."),
        step=MINUTE,
    )
    for one in INCIDENT_CATEGORIES
}

#: What figures of a kind leave out, kind by kind. Of incidents only false alarms are void.
for _kind, _code in OF_KIND.items():
    if _kind != CaseKind.INCIDENT:
        COUNTED[f"{_code}_void"] = Counted(
            format_lazy(_("{kind}: {what}"), kind=CaseKind(_kind).label, what=_("Void")),
            _("Withdrawn, declined or dismissed: nothing was to be done. By the day they were reported."),
            "idle",
        )
    COUNTED[f"{_code}_duplicates"] = Counted(
        format_lazy(_("{kind}: {what}"), kind=CaseKind(_kind).label, what=_("Duplicates")),
        _("Reported twice; the case they were merged with counts. By the day they were reported."),
        "idle",
    )

#: The time stamps without which lengths of time say nothing (K45): of cases that are over, by the day of the report.
STAMPS: Mapping[str, tuple[Any, Any, Any]] = {
    "response": (
        _("Responses to be stamped"),
        _("Responses stamped"),
        _("Service requests that are over: when they were taken up or answered."),
    ),
    "arrival": (
        _("Arrivals to be stamped"),
        _("Arrivals stamped"),
        _("Urgent requests that needed a visit and incidents, once over: when the first of ours was there, noted for itself."),
    ),
    "control": (
        _("Controls to be stamped"),
        _("Controls stamped"),
        _("Incidents that are over: when they were under control."),
    ),
    "completion": (
        _("Completions to be stamped"),
        _("Completions stamped"),
        _("Service requests that are over: when they were done."),
    ),
    "verification": (
        _("Verifications to be stamped"),
        _("Verifications stamped"),
        _("Hazards that are closed: when somebody else verified them."),
    ),
}  # fmt: skip
COUNTED |= {
    f"stamps_{code}_{which}": Counted(name, definition, tone)
    for code, (due, there, definition) in STAMPS.items()
    for which, name, tone in (("due", due, "info"), ("there", there, "ok"))
}
COUNTED["stamps_missing"] = Counted(
    _("Cases without a time stamp"),
    _(
        "Cases that are over and lack at least one of the time stamps they should have, by the day they were reported."
    ),
    "warn",
)

#: What is counted of alarms, by the day they were received; signs of silence and trials are left out.
ALARMS_COUNTED: dict[str, Counted] = {
    "alarms_received": Counted(
        _("Alarms received"), _("By the day they came in; trials and silent devices are left out.")
    ),
    "alarms_false": Counted(
        _("Alarms that were false"),
        _("Of these, called false, or made a case that proved a false alarm."),
        "idle",
    ),
}
