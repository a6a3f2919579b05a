"""K52: the department's scorecard, made of the other indicators by their weights (R102)."""

from django.utils.translation import gettext_lazy as _

from kpi.indicators.kinds import Dimension, Group
from kpi.indicators.registry import register
from kpi.indicators.service import PROPOSED
from kpi.indicators.uncounted import Composite

K52 = register(
    Composite(
        code="K52",
        name=_("Department scorecard"),
        definition=_(
            "Attainments by their weights, between 0 and 120. Attainment: value ÷ target × 100, of what should be low target ÷ value × 100, at most 120."
        ),
        dimension=Dimension.MANAGEMENT,
        group=Group.MANAGEMENT,
        numerator=_("Attainments by their weights"),
        route="kpi:scorecard",
        unit="score",
        target=90,
        basis=PROPOSED,
        cadence=_("monthly and quarterly"),
        caveat=_("Indicators without data are left out, and the others weigh more."),
    )
)
