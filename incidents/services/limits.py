"""Until when a case has to be answered and settled (※1, domain 2.12)."""

from datetime import timedelta

from incidents.models import Case, Priority

#: Somebody of ours responds within this: on the scene for P1 and P2, a first answer for P3.
RESPOND_WITHIN = {
    Priority.P1: timedelta(minutes=5),
    Priority.P2: timedelta(minutes=10),
    Priority.P3: timedelta(minutes=30),
}
#: Settled within this, unless something else is said.
DUE_WITHIN = {
    Priority.P1: timedelta(hours=2),
    Priority.P2: timedelta(hours=8),
    Priority.P3: timedelta(hours=24),
}


def set_limits(case: Case) -> None:
    """Fill in the due times of a case that is being opened; a due time somebody named stays."""
    priority = Priority(case.priority)
    case.response_due_at = case.reported_at + RESPOND_WITHIN[priority]
    case.due_at = case.due_at or case.reported_at + DUE_WITHIN[priority]
    case.original_due_at = case.due_at
