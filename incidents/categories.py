"""Categories by kind of case. 001 to 006 are the source's own codes and fixed (R087); sub-codes are ours (domain 2.6)."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from incidents.models import CaseKind


@dataclass(frozen=True, slots=True)
class Category:
    """A category with its sub-categories, (code, label) each."""

    code: str
    label: Any
    subs: tuple[tuple[str, Any], ...] = ()


PERSONAL_SAFETY, FIRE, EQUIPMENT, PROPERTY, OWNER_COMPLAINT, OTHER = "001", "002", "003", "004", "005", "006"
#: Alarms that proved none are counted apart (K07), but keep their code.
FIRE_FALSE_ALARM = "002.05"
ENTRAPMENT = "001.06"
#: Categories that count as security incidents (K21).
SECURITY = (PERSONAL_SAFETY, FIRE, PROPERTY)

_COMPLAINT = Category(
    OWNER_COMPLAINT,
    _("Owner complaint"),
    (
        ("005.01", _("Attitude of staff")),
        ("005.02", _("Noise")),
        ("005.03", _("Parking")),
        ("005.04", _("Pets")),
        ("005.05", _("Decoration works")),
        ("005.06", _("Complaint by a group")),
        ("005.07", _("Fees")),
        ("005.08", _("Cleaning and greenery")),
        ("005.09", _("Dispute between neighbours")),
    ),
)

CATEGORIES: dict[str, tuple[Category, ...]] = {
    CaseKind.INCIDENT: (
        Category(
            PERSONAL_SAFETY,
            _("Personal safety"),
            (
                ("001.01", _("Fight or assault")),
                ("001.02", _("Injury or sudden illness")),
                ("001.03", _("Missing person")),
                ("001.04", _("Drowning or fall")),
                ("001.05", _("Danger of suicide")),
                (ENTRAPMENT, _("Trapped in a lift")),
                ("001.07", _("Object thrown or fallen from height")),
            ),
        ),
        Category(
            FIRE,
            _("Fire"),
            (
                ("002.01", _("In a household")),
                ("002.02", _("In a public area")),
                ("002.03", _("In a plant room")),
                ("002.04", _("Vehicle or e-bike")),
                (FIRE_FALSE_ALARM, _("False fire alarm")),
            ),
        ),
        Category(
            EQUIPMENT,
            _("Equipment failure"),
            (
                ("003.01", _("Lift")),
                ("003.02", _("Power cut")),
                ("003.03", _("No water or burst pipe")),
                ("003.04", _("Gas leak")),
                ("003.05", _("Fire protection")),
                ("003.06", _("Security systems")),
                ("003.07", _("Barrier or access control")),
            ),
        ),
        Category(
            PROPERTY,
            _("Property loss"),
            (
                ("004.01", _("Burglary")),
                ("004.02", _("Vehicle stolen or scratched")),
                ("004.03", _("Damage to public facilities")),
                ("004.04", _("Flooding")),
            ),
        ),
        _COMPLAINT,
        Category(
            OTHER,
            _("Other event"),
            (
                ("006.01", _("Natural disaster or extreme weather")),
                ("006.02", _("Public health")),
                ("006.03", _("Suspicious person or object")),
                ("006.04", _("Gathering or petition")),
                ("006.05", _("Traffic accident")),
                ("006.06", _("Public opinion")),
            ),
        ),
    ),
    CaseKind.VIOLATION: (
        Category("parking", _("Parking against the rules")),
        Category("fire_lane", _("Fire lane or exit blocked")),
        Category("ebike", _("E-bike brought in or charged inside")),
        Category("decoration", _("Decoration against the rules")),
        Category("building", _("Unauthorised building")),
        Category("pets", _("Pets")),
        Category("noise", _("Noise")),
        Category("littering", _("Littering, objects from height")),
        Category("duty", _("Duty discipline of staff")),
        Category("conduct", _("Conduct of staff")),
        Category("other", _("Other")),
    ),
    CaseKind.HAZARD: (
        Category("fire_equipment", _("Fire equipment")),
        Category("evacuation", _("Escape routes and exits")),
        Category("electric", _("Electricity")),
        Category("gas", _("Gas")),
        Category("lift", _("Lift")),
        Category("structure", _("Facade, structure, falling objects")),
        Category("water", _("Water, drains, flooding")),
        Category("security_device", _("Cameras, access, perimeter")),
        Category("traffic", _("Roads and traffic")),
        Category("other", _("Other")),
    ),
    CaseKind.SERVICE_REQUEST: (
        Category("water", _("Water and drains")),
        Category("power", _("Electricity and light")),
        Category("lift", _("Lift")),
        Category("door", _("Doors, locks, access control")),
        Category("public", _("Public facilities")),
        Category("cleaning", _("Cleaning and greenery")),
        Category("parking", _("Parking")),
        Category("inquiry", pgettext_lazy("category of a request", "Question")),
        Category("escort", _("Help or company on the way")),
        Category("lost", _("Lost property")),
        Category("suggestion", _("Suggestion")),
        Category("other", _("Other")),
    ),
    CaseKind.COMPLAINT: (_COMPLAINT,),
}
#: What a case of a kind is when nobody has said more.
DEFAULT_CATEGORY = {
    CaseKind.INCIDENT: OTHER,
    CaseKind.VIOLATION: "other",
    CaseKind.HAZARD: "other",
    CaseKind.SERVICE_REQUEST: "other",
    CaseKind.COMPLAINT: OWNER_COMPLAINT,
}


def category_choices(kind: str) -> list[tuple[str, Any]]:
    """(code, label) of a kind's categories; statutory codes are shown with them."""
    return [(one.code, _labelled(one.code, one.label)) for one in CATEGORIES[kind]]


def subcategory_choices(kind: str) -> list[tuple[str, Any]]:
    """(code, label) of all sub-categories of a kind."""
    return [(code, _labelled(code, label)) for one in CATEGORIES[kind] for code, label in one.subs]


def category_label(kind: str, code: str) -> Any:
    """The name of a category or sub-category; the code itself when it is unknown, "" for none."""
    for one in CATEGORIES.get(kind, ()):
        if one.code == code:
            return one.label
        for sub, label in one.subs:
            if sub == code:
                return label
    return code


def fits(kind: str, category: str, subcategory: str) -> bool:
    """Does the sub-category (may be "") belong to the category, and the category to the kind?"""
    for one in CATEGORIES[kind]:
        if one.code == category:
            return not subcategory or subcategory in {code for code, _label in one.subs}
    return False


def _labelled(code: str, label: Any) -> Any:
    return format_label(code, label) if code[0].isdigit() else label


def format_label(code: str, label: Any) -> Any:
    """A code before its name, as the source's tables have them."""
    return _CODE_AND_NAME % {"code": code, "name": label}


_CODE_AND_NAME = _("%(code)s %(name)s")
