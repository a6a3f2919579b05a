"""Figures of safety: K14 to K16 of hazards, K33 of violations, each also by the part with a target of its own."""

from django.utils.translation import gettext_lazy as _

from kpi.indicators.cases import MEASURES as M
from kpi.indicators.cases import left_out, spread
from kpi.indicators.kinds import Dimension, Group, Share
from kpi.indicators.lengths import Duration
from kpi.indicators.registry import register
from kpi.indicators.service import MONTHLY, PROPOSED

_FIRST_DEADLINE = _("An extension needs approval and does not move the deadline that counts here.")
_CENSORED = _("Hazards not verified yet are missing; how many stands beside.")

K14 = register(
    Share(
        code="K14",
        exclusions=left_out("hazards"),
        dimension=Dimension.SAFETY,
        group=Group.SAFETY,
        name=_("Hazards closed on time"),
        definition=_("Hazards verified by their deadline ÷ hazards due."),
        numerator=M["hazards_in_time"],
        denominator=M["hazards_due"],
        target=0.95,
        basis=PROPOSED,
        cadence=MONTHLY,
        caveat=_FIRST_DEADLINE,
    )
)
K14M = register(
    Share(
        code="K14M",
        exclusions=left_out("hazards"),
        dimension=Dimension.SAFETY,
        group=Group.SAFETY,
        name=_("Major hazards closed on time"),
        definition=_("Major hazards verified by their deadline ÷ major hazards due."),
        numerator=M["hazards_major_in_time"],
        denominator=M["hazards_major_due"],
        target=1.0,
        basis=PROPOSED,
        cadence=MONTHLY,
        caveat=_FIRST_DEADLINE,
    )
)
K15 = register(
    Duration(
        code="K15",
        exclusions=left_out("hazards"),
        dimension=Dimension.SAFETY,
        needs_stamps=True,
        group=Group.SAFETY,
        name=_("Time to close, general hazards"),
        definition=_("Median time from finding to verification, pauses deducted."),
        spread=spread("hazards_time_general"),
        unit="days",
        judged="median",
        target=7 * 24 * 60,
        basis=PROPOSED,
        cadence=MONTHLY,
        caveat=_CENSORED,
        beside=(M["hazards_unverified"],),
    )
)
K15M = register(
    Duration(
        code="K15M",
        exclusions=left_out("hazards"),
        dimension=Dimension.SAFETY,
        needs_stamps=True,
        group=Group.SAFETY,
        name=_("Time to close, major hazards"),
        definition=_("Median time from finding to verification, pauses deducted."),
        spread=spread("hazards_time_major"),
        unit="days",
        judged="median",
        cadence=MONTHLY,
        caveat=_CENSORED,
    )
)
K16 = register(
    Share(
        code="K16",
        exclusions=left_out("hazards"),
        dimension=Dimension.SAFETY,
        group=Group.SAFETY,
        name=_("Recurring hazards"),
        definition=_("Hazards linked to an earlier one of the same place and type, not closed more than 90 days before ÷ hazards closed; over three months."),
        numerator=M["hazards_recurred"],
        denominator=M["hazards_closed"],
        is_part=False,
        window=3,
        direction="down",
        target=0.1,
        basis=PROPOSED,
        cadence=_("quarterly"),
        caveat=_("Low numbers: look at the hazards themselves."),
    )
)  # fmt: skip
K33 = register(
    Share(
        code="K33",
        exclusions=left_out("violations"),
        dimension=Dimension.QUALITY,
        group=Group.SAFETY,
        name=_("Violations put right on time"),
        definition=_(
            "Violations confirmed as solved, or reported to the authority, by the deadline ÷ violations due."
        ),
        numerator=M["violations_in_time"],
        denominator=M["violations_due"],
        target=0.95,
        basis=PROPOSED,
        cadence=MONTHLY,
        caveat=_FIRST_DEADLINE,
    )
)
K33S = register(
    Share(
        code="K33S",
        exclusions=left_out("violations"),
        dimension=Dimension.QUALITY,
        group=Group.SAFETY,
        name=_("Violations by staff put right on time"),
        definition=_("The same, of violations by staff."),
        numerator=M["violations_staff_in_time"],
        denominator=M["violations_staff_due"],
        target=0.95,
        basis=PROPOSED,
        cadence=MONTHLY,
    )
)
K33R = register(
    Share(
        code="K33R",
        exclusions=left_out("violations"),
        dimension=Dimension.QUALITY,
        group=Group.SAFETY,
        name=_("Violations by residents and others put right on time"),
        definition=_("The same, of violations by residents, visitors and contractors."),
        numerator=M["violations_others_in_time"],
        denominator=M["violations_others_due"],
        target=0.95,
        basis=PROPOSED,
        cadence=MONTHLY,
        caveat=_("Reported to the authority counts as settled: a company has no power to punish residents."),
    )
)
