"""Everything recurring, in one table: name → task, when, and for how long a tick is worth running.

Beat only ticks. What is due is computed by our own code from `core.clock` and rows with unique keys, so a tick
that comes twice, late or never does no harm (reliability.md 0.8). How to add a line: docs/tasks.md.
"""

from dataclasses import dataclass
from typing import Any

from celery.schedules import crontab


@dataclass(frozen=True, slots=True)
class Tick:
    """One recurring task. `expires` (seconds) lies below the interval, so that ticks never pile up."""

    task: str
    when: float | crontab
    expires: float


def every(task: str, *, seconds: float) -> Tick:
    """Tick each `seconds`; for sweepers, which look for work by themselves."""
    return Tick(task, float(seconds), expires=seconds * 0.9)


def cron(
    task: str, *, minute: str = "0", hour: str = "*", day: str = "*", month: str = "*", expires: float = 3000
) -> Tick:
    """Tick at wall times in UTC, crontab notation; choose `expires` (seconds) below the smallest gap."""
    return Tick(task, crontab(minute=minute, hour=hour, day_of_month=day, month_of_year=month), expires)


SCHEDULE: dict[str, Tick] = {
    # core
    "core.sweep_outbox": every("core.tasks.sweep_outbox", seconds=30),
    "core.run_auditor": cron("core.tasks.run_auditor", minute="*/5", expires=270),
    "core.purge": cron("core.tasks.purge", minute="20", hour="19", expires=3000),
    "core.finish_photos": every("core.tasks.finish_photos", seconds=60),
    "core.sweep_photos": cron("core.tasks.sweep_photos", minute="40", hour="19", expires=3000),
    # organization
    "organization.erase_residents": cron("organization.tasks.erase_residents", minute="50"),
    # patrols
    "patrols.materialise_rounds": cron("patrols.tasks.materialise_rounds", minute="*/10", expires=540),
    "patrols.judge_rounds": every("patrols.tasks.judge_rounds", seconds=60),
    "patrols.make_partitions": cron("patrols.tasks.make_partitions", minute="10", hour="18"),
    # collaboration
    "collaboration.remind": cron("collaboration.tasks.remind", minute="*/5", expires=270),
    # cases
    "incidents.escalate": every("incidents.tasks.escalate", seconds=20),
    "incidents.close_silent": cron("incidents.tasks.close_silent", minute="*/10", expires=540),
    "incidents.look_into_mailboxes": every("incidents.tasks.look_into_mailboxes", seconds=60),
    "incidents.forget_residents": cron("incidents.tasks.forget_residents", minute="25"),
    "incidents.watch_devices": every("incidents.tasks.watch_devices", seconds=30),
    "incidents.purge_messages": cron("incidents.tasks.purge_messages", minute="45", hour="18"),
    # surveys
    "surveys.keep_calendar": cron("surveys.tasks.keep_calendar", minute="*/10", expires=540),
    "surveys.unlink_anonymous": cron("surveys.tasks.unlink_anonymous", minute="15", hour="19"),
    # figures
    "kpi.fold_changed_days": every("kpi.tasks.fold_changed_days", seconds=60),
    "kpi.compare_figures": cron("kpi.tasks.compare_figures", minute="40", hour="18"),
    "kpi.remind_of_measures": cron("kpi.tasks.remind_of_measures", minute="7,37", expires=1740),
    "kpi.issue_monthly_reports": cron("kpi.tasks.issue_monthly_reports", minute="*/10", expires=540),
}

#: Added where settings say DEMO: the demo's guards walk on, so that the live page moves.
DEMO_SCHEDULE: dict[str, Tick] = {"portal.walk_demo": every("portal.tasks.walk_demo", seconds=20)}


def beat_entries(*, demo: bool = False) -> dict[str, dict[str, Any]]:
    """The table in the shape Celery's beat reads."""
    return {
        name: {"task": tick.task, "schedule": tick.when, "options": {"expires": tick.expires}}
        for name, tick in (SCHEDULE | DEMO_SCHEDULE if demo else SCHEDULE).items()
    }
