"""What surveys do when a case has been closed, and the work they leave to the outbox."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from core import outbox
from core.models import OutboxItem
from incidents.consequences import on_step
from incidents.models import Case
from incidents.workflows import Step
from organization.models import Person
from surveys.services import after_service, after_service_mail


@on_step
def ask_after_service(case: Case, step: Step, actor: Person | None, moment: datetime) -> None:
    """A service has come to its end."""
    after_service.case_ended(case)


@outbox.handler(after_service.ASK, title=_("Ask a resident how a service went"))
def invite(payload: dict[str, Any], item: OutboxItem) -> None:
    """Once for each case."""
    after_service.ask(payload["case"])


@outbox.handler(after_service.MAIL, atomic=False, title=_("Mail a resident the questions after a service"))
def mail(payload: dict[str, Any], item: OutboxItem) -> None:
    """With the link of their own."""
    after_service_mail.send(payload["invitation"], item)
