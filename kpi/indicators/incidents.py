"""Figures of incidents: K07I incidents that were none, K21 and K22 how many, K23 to K28 how well they were dealt with."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from incidents.counted import INCIDENT_CATEGORIES
from kpi.indicators.cases import MEASURES as M
from kpi.indicators.cases import left_out, spread
from kpi.indicators.kinds import Dimension, Group, Number, Rate, Share
from kpi.indicators.lengths import Duration
from kpi.indicators.registry import register
from kpi.indicators.service import HOUSEHOLDS, MONTHLY, PROPOSED

PER_EVENT = _("per event and monthly")
_FEW = _("Few cases: look at every one.")
_NOTED = _("Few cases: look at every one. Where nobody noted the arrival there is none to measure.")

K07I = register(
    Share(
        code="K07I",
        exclusions=(M["incidents_duplicates"],),
        dimension=Dimension.SAFETY,
        group=Group.INCIDENTS,
        name=_("Incidents that proved false"),
        definition=_("False alarms ÷ incidents received, whoever or whatever reported them."),
        numerator=M["incidents_false"],
        denominator=M["incidents_received"],
        direction="down",
        cadence=MONTHLY,
        caveat=_FEW,
    )
)
K21 = register(
    Rate(
        code="K21",
        exclusions=left_out("incidents"),
        dimension=Dimension.SAFETY,
        group=Group.INCIDENTS,
        name=_("Security incident rate"),
        definition=_(
            "Incidents of personal safety, fire and property loss in twelve months ÷ resident population."
        ),
        measure=M["incidents_security"],
        exposure=lambda site: site.population,
        by=pgettext_lazy("population", "Residents"),
        unit="percent",
        window=12,
        target=0.01,
        basis=_("the department's handbook: at most 1 % a year"),
        cadence=_("monthly, over twelve months"),
        caveat=_("Look at the number first. The number of residents is that of the site's profile."),
    )
)
K21H = register(
    Rate(
        code="K21H",
        exclusions=left_out("incidents"),
        dimension=Dimension.SAFETY,
        group=Group.INCIDENTS,
        name=_("Security incidents per 1,000 households"),
        definition=_("The same incidents of twelve months ÷ households × 1,000."),
        measure=M["incidents_security"],
        exposure=lambda site: site.households,
        by=HOUSEHOLDS,
        window=12,
        cadence=_("monthly, over twelve months"),
    )
)
K22 = register(
    Number(
        code="K22",
        exclusions=left_out("incidents"),
        dimension=Dimension.SAFETY,
        group=Group.INCIDENTS,
        name=_("Serious accidents"),
        definition=_("Incidents of level 1 or 2, with somebody dead or gravely hurt, or fires with a loss, for which we were responsible."),
        measure=M["incidents_serious"],
        target=0,
        basis=PROPOSED,
        cadence=MONTHLY,
        caveat=_("None does not prove safety: up to 3.69 a month would be compatible with it."),
    )
)  # fmt: skip
K23F = register(
    Duration(
        code="K23F",
        exclusions=left_out("incidents"),
        dimension=Dimension.SAFETY,
        needs_stamps=True,
        group=Group.INCIDENTS,
        name=_("Arrival at fires"),
        definition=_(
            "From the report until the first of ours was on the scene: median, 90th percentile, longest."
        ),
        spread=spread("incidents_arrival_fire"),
        judged="p90",
        target=3,
        basis=_("micro fire station: on the scene within 3 minutes"),
        cadence=PER_EVENT,
        caveat=_NOTED,
    )
)
K23 = register(
    Duration(
        code="K23",
        exclusions=left_out("incidents"),
        dimension=Dimension.SAFETY,
        needs_stamps=True,
        group=Group.INCIDENTS,
        name=_("Arrival at other incidents"),
        definition=_(
            "From the report until the first of ours was on the scene: median, 90th percentile, longest."
        ),
        spread=spread("incidents_arrival_other"),
        judged="p90",
        target=5,
        basis=PROPOSED,
        cadence=PER_EVENT,
        caveat=_NOTED,
    )
)
K24 = register(
    Duration(
        code="K24",
        exclusions=left_out("incidents"),
        dimension=Dimension.SAFETY,
        needs_stamps=True,
        group=Group.INCIDENTS,
        name=_("Plan activation time"),
        definition=_("From the report until the plan was activated, in real events."),
        spread=spread("incidents_activation"),
        judged="p90",
        target=5,
        basis=PROPOSED,
        cadence=PER_EVENT,
        caveat=_FEW,
    )
)
K25 = tuple(
    register(
        Duration(
            code=f"K25.{one.code}",
            exclusions=left_out("incidents"),
            dimension=Dimension.SAFETY,
            needs_stamps=True,
            group=Group.INCIDENTS,
            name=format_lazy(_("Time to control: {category}"), category=one.label),
            definition=_("From the first of ours on the scene until it was under control."),
            spread=spread(f"incidents_control_{one.code}"),
            judged="median",
            cadence=PER_EVENT,
            caveat=_("Categories are never compared with one another."),
        )
    )
    for one in INCIDENT_CATEGORIES
)
K26 = register(
    Share(
        code="K26",
        exclusions=left_out("incidents"),
        dimension=Dimension.SAFETY,
        needs_stamps=True,
        group=Group.INCIDENTS,
        name=_("Public notices in time"),
        definition=_("Incidents of level 1 to 3 with a public notice within 30 minutes of the plan's activation ÷ those that needed one."),
        numerator=M["notices_in_time"],
        denominator=M["notices_due"],
        target=0.9,
        basis=PROPOSED,
        cadence=_("quarterly"),
        caveat=_FEW,
    )
)  # fmt: skip
K27 = register(
    Share(
        code="K27",
        exclusions=left_out("incidents"),
        dimension=Dimension.SAFETY,
        is_statutory=True,
        group=Group.INCIDENTS,
        name=_("Upward reports in time"),
        definition=_(
            "Incidents reported upward within the limit of their level, and of the law ÷ incidents that had to be."
        ),
        numerator=M["upward_in_time"],
        denominator=M["upward_due"],
        target=1.0,
        basis=_("law: State Council Order 493 §9; trade notice of Shanghai by level"),
        cadence=MONTHLY,
        caveat=_("Every miss is listed."),
    )
)
K28 = register(
    Share(
        code="K28",
        exclusions=left_out("incidents"),
        dimension=Dimension.SAFETY,
        group=Group.INCIDENTS,
        name=_("After-action reports"),
        definition=_(
            "Analysis reports submitted within 7 days after closing ÷ analysis reports demanded and due."
        ),
        numerator=M["analyses_in_time"],
        denominator=M["analyses_due"],
        target=1.0,
        basis=PROPOSED,
        cadence=MONTHLY,
    )
)
