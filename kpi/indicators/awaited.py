"""Indicators whose records the product does not keep yet; each says what it waits for, and shows no data until then."""

from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from kpi.indicators.definition import Text
from kpi.indicators.kinds import Dimension, Group
from kpi.indicators.registry import register
from kpi.indicators.service import HOUSEHOLDS, MONTHLY, PROPOSED
from kpi.indicators.uncounted import Awaited

QUARTERLY, YEARLY = _("quarterly"), _("yearly")
FIRE, EQUIPMENT = (
    _("fire patrols and inspections"),
    _("the register of equipment, with its upkeep and faults"),
)
DRILLS, SUPPLIES, REGULATIONS = (
    _("plans and drills"),
    _("the store of emergency supplies"),
    _("regulations and who has read them"),
)
TRAINING, LICENCES = _("training records"), _("licences of people")
APPRAISAL, COSTS = _("appraisal of people"), _("costs")
LAW_OF_FIRE = _("law: fire-safety rules of organizations §25 and §26, of high-rise buildings §34 and §35")
LAW_OF_DRILLS = _("law: rules on emergency plans §33, and those of the site's kind")
LAW_OF_GUARDS = _("law: regulations on security services §16; control rooms: high-rise rules §26")


def _await(
    code: str, name: Text, group: Group, dimension: Dimension, above: Text, below: Text, waits_for: Text,
    cadence: Text = MONTHLY, target: float | None = None, basis: Text = PROPOSED, **more: Any,
) -> Awaited:  # fmt: skip
    """An indicator to come: `above` ÷ `below`, unless `more` defines it otherwise."""
    about = format_lazy(_("{above} ÷ {below}."), above=above, below=below) if below else above
    more.setdefault("definition", about)
    return register(
        Awaited(
            code=code, name=name, group=group, dimension=dimension, numerator=above, denominator=below,
            waits_for=waits_for, cadence=cadence, target=target, basis=basis if target is not None else "", **more,
        )
    )  # fmt: skip


# --- fire and equipment -------------------------------------------------------------------------------------------
_await("K11", _("Fire patrol compliance"), Group.PATROLS, Dimension.SAFETY, _("Fire patrols done and signed"), _("Fire patrols required"), FIRE, _("daily and monthly"), 1.0, LAW_OF_FIRE, is_statutory=True, caveat=_("A single gap is reportable; the longest one stands beside."))  # fmt: skip
_await("K12", _("Fire inspection compliance"), Group.PATROLS, Dimension.SAFETY, _("Fire inspections done by their due date"), _("Fire inspections required"), FIRE, MONTHLY, 1.0, LAW_OF_FIRE, is_statutory=True, caveat=_("Few a month: look at every one."))  # fmt: skip
_await("K13", _("Maintenance on time"), Group.EQUIPMENT, Dimension.MAINTENANCE, _("Maintenance done in time"), _("Maintenance due"), EQUIPMENT, MONTHLY, 0.95, caveat=_("A tenth of the interval is the grace."))  # fmt: skip
_await("K17", _("Fire equipment in order"), Group.EQUIPMENT, Dimension.MAINTENANCE, _("Items that passed their last check and have no open fault"), _("Items in service"), EQUIPMENT, MONTHLY, 0.98, caveat=_("What was not checked is not in order."))  # fmt: skip
_await("K18", _("Equipment fault rate"), Group.EQUIPMENT, Dimension.MAINTENANCE, _("Faults"), _("Thousands of days of equipment in service"), EQUIPMENT, direction="down", unit="number", caveat=_("By type of equipment."))  # fmt: skip
_await("K19", _("Equipment availability"), Group.EQUIPMENT, Dimension.MAINTENANCE, _("Time in working order"), _("Time it should work"), EQUIPMENT, MONTHLY, 0.99, caveat=_("Faults at the same time count once."))  # fmt: skip
_await("K20", _("Cameras online"), Group.EQUIPMENT, Dimension.MAINTENANCE, _("Camera hours online"), _("Camera hours due"), EQUIPMENT, MONTHLY, 0.98, caveat=_("Beside it, how many cameras keep less than 30 days; it must be none."))  # fmt: skip
# --- drills and supplies ------------------------------------------------------------------------------------------
_await("K29", _("Drills held"), Group.EMERGENCY, Dimension.SAFETY, _("Drills held by their due date"), _("Drills required"), DRILLS, _("quarterly and yearly"), 1.0, LAW_OF_DRILLS, is_statutory=True)  # fmt: skip
_await("K30", _("Drill score"), Group.EMERGENCY, Dimension.SAFETY, _("Points given × 100"), _("Points to be had"), DRILLS, _("per drill"), 80, unit="score", caveat=_("The evaluator is never the commander; one drill is no trend."))  # fmt: skip
_await("K31", _("Drill findings put right on time"), Group.EMERGENCY, Dimension.SAFETY, _("Findings of drills closed in time"), _("Findings of drills due"), DRILLS, QUARTERLY, 0.95)  # fmt: skip
_await("K32", _("Supply readiness"), Group.EMERGENCY, Dimension.SAFETY, _("Supplies in full number, in date and checked this month"), _("Supplies listed"), SUPPLIES, MONTHLY, 1.0, caveat=_("A single critical item that is missing is red."))  # fmt: skip
# --- people -------------------------------------------------------------------------------------------------------
_await("K34", _("Training completion"), Group.PEOPLE, Dimension.MANAGEMENT, _("Required attendances fulfilled"), _("Attendances required"), TRAINING, MONTHLY, 0.95, caveat=_("Before somebody goes on duty alone, all of it."))  # fmt: skip
_await("K35", _("Assessments passed"), Group.PEOPLE, Dimension.MANAGEMENT, _("Passed at the first attempt"), _("Assessed"), TRAINING, _("per session"), 0.9, caveat=_("Absent is not failed."))  # fmt: skip
_await("K36", _("Licensed on duty"), Group.PEOPLE, Dimension.SAFETY, _("Shifts by people with a valid licence"), _("Shifts that need one"), LICENCES, _("daily and monthly"), 1.0, LAW_OF_GUARDS, is_statutory=True)  # fmt: skip
_await("K48", _("Rules known"), Group.PEOPLE, Dimension.MANAGEMENT, _("People who acknowledged a rule and passed its questions"), _("People it is for"), REGULATIONS, _("per release"), 1.0, caveat=_("Of residents 70 % are asked for."))  # fmt: skip
_await("K51", _("Appraisal score"), Group.PEOPLE, Dimension.MANAGEMENT, _("Scores by their weights"), "", APPRAISAL, _("monthly, reviewed quarterly"), unit="score", caveat=_("Only what a person has in hand; below ten tasks it says nothing."))  # fmt: skip
# --- management ---------------------------------------------------------------------------------------------------
_await("K49", _("Effectiveness of regulations"), Group.MANAGEMENT, Dimension.MANAGEMENT, _("100 × legality × awareness × practicability"), _("1 + complaints about it"), REGULATIONS, YEARLY, 60, unit="score", definition=_("100 × legality × awareness × practicability ÷ (1 + complaints about it), between 0 and 100."), caveat=_("Made of parts: look at the parts."))  # fmt: skip
_await("K53", _("Zone risk index"), Group.SAFETY, Dimension.SAFETY, _("Sum of four marks: low 1, medium 2, high 3"), "", _("risk assessments of zones"), _("quarterly, and after an event"), unit="number", direction="down", caveat=_("An order, not a measure: never averaged over zones."))  # fmt: skip
_await("K54", _("Security cost per household"), Group.MANAGEMENT, Dimension.MANAGEMENT, _("Cost of security in yuan"), HOUSEHOLDS, COSTS, QUARTERLY, unit="number", direction="down")  # fmt: skip
