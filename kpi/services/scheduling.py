"""Writing schedules of monthly reports."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import policies
from kpi.models import Edition, ReportSchedule
from organization.models import Person


@transaction.atomic
def save_schedule(*, user: Person, schedule: ReportSchedule, people: Iterable[Person]) -> ReportSchedule:
    """Write a schedule, new or changed, with its people. Raises PermissionDenied, ValidationError."""
    if schedule._state.adding:
        parent = schedule.site if schedule.site is not None else schedule.company
        policies.require(user, "add", ReportSchedule, parent=parent)
    else:
        policies.require(user, "change", schedule)
    _check(schedule, chosen := list(people))
    schedule.save()
    schedule.people.set(chosen)
    return schedule


def _check(schedule: ReportSchedule, people: list[Person]) -> None:
    if not schedule.forms:
        raise ValidationError({"with_pdf": _("Choose the document, the workbook, or both.")})
    if not people and not schedule.addresses:
        raise ValidationError({"people": _("Name people, mail addresses, or both.")})
    if schedule.addresses and schedule.edition != Edition.OWNERS:
        raise ValidationError({"addresses": _("Mail addresses outside get the edition for the owners only.")})


@transaction.atomic
def remove_schedule(*, user: Person, schedule: ReportSchedule) -> None:
    """Remove a schedule; the record of what it sent stays. Raises PermissionDenied."""
    policies.require(user, "delete", schedule)
    schedule.delete()
