"""The clocks of a case as its page and the API show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from core.clock import now
from incidents.models import Case, CaseKind, CaseStatus, Escalation, Extension, Pause, UpwardReport
from incidents.selectors.clocks import Reading, readings


@dataclass(frozen=True, slots=True)
class Panel:
    """Limits, the pause that runs and those before, who is being called, what was asked for, what is owed upward."""

    readings: list[Reading]
    pauses: Sequence[Pause]
    calling: list[Escalation]
    extension: Extension | None
    reports: Sequence[UpwardReport]
    paused: timedelta
    may_acknowledge: bool

    @property
    def running_pause(self) -> Pause | None:
        """The pause that has not ended."""
        return next((pause for pause in self.pauses if pause.ended_at is None), None)

    @property
    def open_report(self) -> UpwardReport | None:
        """The report or supplement that is owed."""
        return next((report for report in self.reports if report.sent_at is None), None)


def clock_panel_of(case: Case) -> Panel:
    """Everything about the clocks of a case: four queries, one fewer for what is no incident."""
    pauses = list(case.pauses.select_related("started_by").order_by("started_at", "pk"))
    rows = list(case.escalations.select_related("acknowledged_by").filter(ended_at=None).order_by("pk"))
    reports: Sequence[UpwardReport] = ()
    if case.kind == CaseKind.INCIDENT and case.status != CaseStatus.VOID:
        reports = list(case.upward_reports.select_related("sent_by"))
    running = now() - case.paused_since if case.paused_since else timedelta()
    calling = [row for row in rows if row.level or row.acknowledged_at]
    return Panel(
        readings=readings(case),
        pauses=pauses,
        calling=calling,
        extension=case.extensions.select_related("asked_by").filter(is_granted=None).first(),
        reports=reports,
        paused=timedelta(seconds=case.paused_seconds) + running,
        may_acknowledge=not case.is_finished
        and (
            (case.acknowledged_at is None and case.status == CaseStatus.OPEN)
            or any(row.level and row.acknowledged_at is None and row.reason != "report_up" for row in rows)
        ),
    )


def as_data(case: Case) -> list[dict[str, Any]]:
    """The limits for the API: plain values."""
    return [
        {
            "aspect": str(row.aspect),
            "due_at": row.due_at,
            "baseline_at": row.baseline_at,
            "met_at": row.met_at,
            "state": row.state,
            "set_by": (case.limits.get(row.aspect) or {}).get("source", ""),
            "basis": row.basis,
            "stretched": [
                {"condition": str(one["condition"]), "reason": one["reason"], "minutes": one["minutes"]}
                for one in (case.limits.get(row.aspect) or {}).get("stretched", ())
            ],
        }
        for row in readings(case)
    ]
