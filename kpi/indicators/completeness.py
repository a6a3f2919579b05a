"""K45: are the time stamps there without which lengths of time say nothing?"""

from django.utils.translation import gettext_lazy as _

from incidents.counted import STAMPS
from kpi.indicators.cases import MEASURES as M
from kpi.indicators.definition import Counts, Together
from kpi.indicators.kinds import Dimension, Group, Share
from kpi.indicators.registry import register
from kpi.indicators.service import MONTHLY, PROPOSED

#: Below this share, figures that leave out records without their time stamps are not judged (domain 3.2, K45).
GATE = 0.9

K45 = register(
    Share(
        code="K45",
        dimension=Dimension.MANAGEMENT,
        group=Group.MANAGEMENT,
        name=_("Data completeness"),
        definition=_("Required time stamps present ÷ time stamps required, of cases that are over: response, arrival, control, completion, verification."),
        numerator=Together(_("Time stamps present"), tuple(M[f"stamps_{code}_there"] for code in STAMPS)),
        denominator=Together(_("Time stamps required"), tuple(M[f"stamps_{code}_due"] for code in STAMPS)),
        target=0.98,
        basis=PROPOSED,
        cadence=MONTHLY,
        caveat=_("Below 90 % the lengths of time that leave out what is not stamped are not judged. An arrival stamped only by the step that brought control, or settled the matter, is none."),
        beside=(M["stamps_missing"],),
        exclusions=(M["cases_void"], M["cases_duplicates"], M["incidents_false"]),
    )
)  # fmt: skip


def is_incomplete(counts: Counts) -> bool:
    """Are so many time stamps missing that what needs them says nothing? Without any required, none is missing."""
    share = K45.value(counts)
    return share is not None and share < GATE
