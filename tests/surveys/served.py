"""A resident's case brought to its end, so that the resident is asked how it went."""

from typing import Any
from uuid import uuid4

from incidents.models import Case, IntakePoint
from incidents.services.residents import Sender, report
from incidents.services.steps import take_step
from surveys.models import (
    Invitation,
)
from surveys.services import after_service
from tests.conftest import Cast
from tests.outbox import work_off

RESIDENT: dict[str, Any] = {
    "name": "Li Na",
    "email": "li@example.org",
    "unit": "3-1201",
    "phone": "13800138000",
}
SOLVED = {"solved": ["yes"], "result": 5}


def closed(cast: Cast, point: IntakePoint, kind: str = "repair", **sender: Any) -> Case:
    """A resident's report brought to its end, and what the outbox was left with done."""
    follow_up = report(
        point=point,
        report=kind,
        key=uuid4(),
        text="The gate does not close",
        sender=Sender(**(sender or RESIDENT)),
    ).follow_up
    close(cast, follow_up.pk)
    return Case.objects.get(pk=follow_up.pk)


def close(cast: Cast, case_id: int) -> None:
    """From wherever it stands."""
    case = Case.objects.get(pk=case_id)
    if case.kind == "complaint":
        take_step(user=cast.supervisor, case_id=case_id, step="investigate", values={})
        take_step(user=cast.supervisor, case_id=case_id, step="reply", values={"facts.reply": "Sorry", "facts.is_valid": True})  # fmt: skip
        take_step(user=cast.supervisor, case_id=case_id, step="answer", values={"facts.answer": "satisfied"})
    else:
        if case.state == "submitted":
            take_step(user=cast.supervisor, case_id=case_id, step="accept", values={})
        take_step(user=cast.supervisor, case_id=case_id, step="finish", values={"resolution": "New hinge"})
        take_step(user=cast.supervisor, case_id=case_id, step="confirm", values={})
    work_off(after_service.ASK)
    work_off(after_service.MAIL)


def asked_of(case: Case) -> Invitation | None:
    """The invitation of a case."""
    return Invitation.objects.filter(case=case).first()
