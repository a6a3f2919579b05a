"""K05: everything that was to be done, and what of it was, over all domains that have tasks."""

from django.utils.translation import gettext_lazy as _

from kpi.indicators.actions import ACTIONS_CANCELLED, ACTIONS_DONE, ACTIONS_DUE
from kpi.indicators.cases import MEASURES as M
from kpi.indicators.cases import left_out
from kpi.indicators.definition import Together
from kpi.indicators.kinds import Dimension, Group, Share
from kpi.indicators.patrols import ROUNDS_CANCELLED, ROUNDS_COMPLETED, ROUNDS_DUE, ROUNDS_LATE
from kpi.indicators.registry import register
from kpi.indicators.service import MONTHLY, PROPOSED

K05 = register(
    Share(
        code="K05",
        exclusions=(*left_out("service"), ROUNDS_CANCELLED, ACTIONS_CANCELLED),
        dimension=Dimension.EFFICIENCY,
        group=Group.TEAMWORK,
        name=_("Workload completion"),
        definition=_("Tasks done ÷ tasks due: requests, rounds and action items; done late counts as done."),
        numerator=Together(_("Tasks done"), (M["service_done"], ROUNDS_COMPLETED, ROUNDS_LATE, ACTIONS_DONE)),
        denominator=Together(_("Tasks due"), (M["service_due"], ROUNDS_DUE, ACTIONS_DUE)),
        target=0.98,
        basis=PROPOSED,
        cadence=MONTHLY,
        caveat=_("A mix hides failures: each kind of task is listed by itself."),
    )
)
