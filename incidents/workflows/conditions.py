"""Why a step may not be taken yet. Each gives the reason, or None when nothing stands against it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from incidents.models import Case, HazardGrade, Level, Offender
from incidents.obligations import open_obligations


def actions_settled(case: Case) -> Any:
    """Corrective actions are done and verified, or it is said why none is needed (domain 2.6)."""
    return next(iter(open_obligations(case)), None)


def is_general(case: Case) -> Any:
    """Only what is general may be settled on the spot, without plan and response (R054)."""
    level = case.incident.level
    return (
        None if level in (None, Level.GENERAL) else _("An incident of level 1 to 3 runs through every step.")
    )


def is_not_staff(case: Case) -> Any:
    """Authorities hear of residents, visitors and contractors; staff are dealt with in the company (※9)."""
    if case.violation.offender == Offender.STAFF:
        return _("A violation by staff is dealt with in the company.")
    return None


def sanction_fits(case: Case) -> Any:
    """A company has no power to sanction residents (※9)."""
    violation = case.violation
    if violation.offender != Offender.STAFF and violation.sanction not in ("", "none"):
        return _("Residents, visitors and contractors cannot be sanctioned; choose “none”.")
    return None


def major_is_protected(case: Case) -> Any:
    """A major hazard needs protection meanwhile, and a goal, before work is planned (Order of E11 §15)."""
    hazard = case.hazard
    if hazard.grade != HazardGrade.MAJOR:
        return None
    if not hazard.interim_protection.strip() or not hazard.goal.strip():
        return _("A major hazard needs protection meanwhile and a plan with goal and method.")
    return None


def is_fire_hazard(case: Case) -> Any:
    """Only fire hazards are signed by the fire-safety manager."""
    return (
        None if case.hazard.is_fire else _("This is not a fire hazard: it is closed without that signature.")
    )


def is_no_fire_hazard(case: Case) -> Any:
    """Fire hazards are signed, not just closed (F2 §34)."""
    return _("A fire hazard is signed by the fire-safety manager.") if case.hazard.is_fire else None


def authority_answered(case: Case) -> Any:
    """What an authority ordered is answered in writing before it is closed (F2 §35)."""
    hazard = case.hazard
    if hazard.document_number and hazard.replied_at is None:
        return _("The authority has not had its written reply yet.")
    return None


def is_dispute(case: Case) -> Any:
    """Only disputes between owners or users are mediated."""
    return None if case.complaint.is_dispute else _("Only a dispute is mediated. Mark it as one first.")
