"""Figures of service: K01 to K04, K06 and K08 of requests, K43 and K44 of complaints."""

from django.utils.translation import gettext_lazy as _

from kpi.indicators.cases import MEASURES as M
from kpi.indicators.cases import left_out, spread
from kpi.indicators.kinds import Dimension, Group, Rate, Share
from kpi.indicators.lengths import Duration
from kpi.indicators.registry import register

PROPOSED = _("a proposal; neither law nor contract")
HOUSEHOLDS = _("Households")
WEEK_OR_MONTH, MONTHLY = _("daily and monthly"), _("monthly")

K01 = register(
    Duration(
        code="K01",
        exclusions=left_out("service"),
        dimension=Dimension.EFFICIENCY,
        needs_stamps=True,
        group=Group.SERVICE,
        name=_("Response time, urgent requests"),
        definition=_("From the report to the response, pauses deducted: mean, median and 90th percentile of P1 and P2."),
        spread=spread("service_response_urgent"),
        judged="p90",
        target=10,
        basis=_("the department's handbook: response within 10 minutes"),
        cadence=WEEK_OR_MONTH,
        caveat=_("Judged by the 90th percentile, because a mean hides the late ones. Requests without a response yet are missing."),
    )
)  # fmt: skip
K01R = register(
    Duration(
        code="K01R",
        exclusions=left_out("service"),
        dimension=Dimension.EFFICIENCY,
        needs_stamps=True,
        group=Group.SERVICE,
        name=_("Response time, routine requests"),
        definition=_("From the report until it was taken up or answered, pauses deducted: mean, median and 90th percentile of P3."),
        spread=spread("service_response_routine"),
        judged="p90",
        target=30,
        basis=_("the department's handbook: response within 30 minutes"),
        cadence=WEEK_OR_MONTH,
        caveat=_("Judged by the 90th percentile, because a mean hides the late ones. Requests without a response yet are missing."),
    )
)  # fmt: skip
K02 = register(
    Share(
        code="K02",
        exclusions=left_out("service"),
        dimension=Dimension.EFFICIENCY,
        group=Group.SERVICE,
        name=_("On-time response"),
        definition=_(
            "Requests responded to within the limit of their priority ÷ requests due for a response."
        ),
        numerator=M["service_responded"],
        denominator=M["service_response_due"],
        target=0.95,
        basis=PROPOSED,
        cadence=WEEK_OR_MONTH,
        caveat=_("The limit of the rule counts; what stretched it at night or in a storm does not."),
    )
)
K03 = register(
    Duration(
        code="K03",
        exclusions=left_out("service"),
        dimension=Dimension.EFFICIENCY,
        needs_stamps=True,
        group=Group.SERVICE,
        name=_("Mean completion time"),
        definition=_("From the report until it was done, pauses deducted: mean, median and 90th percentile."),
        spread=spread("service_completion"),
        unit="hours",
        judged="mean",
        target=24 * 60,
        basis=_("the department's handbook: completion within 24 hours"),
        cadence=MONTHLY,
        caveat=_("Open requests are missing; how many were open after 24 hours stands beside."),
        beside=(M["service_open_long"],),
    )
)
K04 = register(
    Share(
        code="K04",
        exclusions=left_out("service"),
        dimension=Dimension.EFFICIENCY,
        group=Group.SERVICE,
        name=_("On-time completion"),
        definition=_("Requests done by their limit ÷ requests due."),
        numerator=M["service_in_time"],
        denominator=M["service_due"],
        target=0.95,
        basis=PROPOSED,
        cadence=MONTHLY,
        caveat=_("Open and overdue counts as late. The first limit counts: an extension does not move it, a pause does."),
        beside=(M["cases_reopened"],),
    )
)  # fmt: skip
K06 = register(
    Share(
        code="K06",
        exclusions=left_out("service"),
        dimension=Dimension.QUALITY,
        group=Group.SERVICE,
        name=_("Repair reports answered in 2 hours"),
        definition=_(
            "Repair reports first answered within 120 minutes ÷ repair reports whose two hours are over."
        ),
        numerator=M["repairs_answered"],
        denominator=M["repairs_answer_due"],
        target=0.95,
        basis=_("a proposal; the two hours are the handbook's standard of punctuality"),
        cadence=MONTHLY,
    )
)
K08 = register(
    Share(
        code="K08",
        exclusions=left_out("service"),
        dimension=Dimension.QUALITY,
        group=Group.SERVICE,
        name=_("Reopened requests"),
        definition=_("Requests opened again within 30 days of being reported done ÷ requests reported done."),
        numerator=M["service_reopened"],
        denominator=M["service_finished"],
        direction="down",
        target=0.03,
        basis=PROPOSED,
        cadence=MONTHLY,
        caveat=_("The last 30 days may still grow."),
    )
)
K43 = register(
    Rate(
        code="K43",
        exclusions=left_out("complaints"),
        dimension=Dimension.QUALITY,
        group=Group.SERVICE,
        name=_("Complaint rate"),
        definition=_("Complaints that hold ÷ households × 1,000."),
        measure=M["complaints_valid"],
        exposure=lambda site: site.households,
        by=HOUSEHOLDS,
        target=0.002,
        basis=PROPOSED,
        cadence=MONTHLY,
        caveat=_(
            "Complaints not judged yet stand beside. The number of households is that of the site's profile."
        ),
        beside=(M["complaints_reported"], M["complaints_unjudged"]),
    )
)
K44 = register(
    Share(
        code="K44",
        exclusions=left_out("complaints"),
        dimension=Dimension.QUALITY,
        group=Group.SERVICE,
        name=_("Complaints answered in time"),
        definition=_("Complaints first answered within 2 days ÷ complaints whose two days are over."),
        numerator=M["complaints_replied"],
        denominator=M["complaints_reply_due"],
        target=1.0,
        basis=_("standard of a grade-1 service; a proposal"),
        cadence=MONTHLY,
    )
)
K44L = register(
    Share(
        code="K44L",
        exclusions=left_out("complaints"),
        dimension=Dimension.QUALITY,
        is_statutory=True,
        group=Group.SERVICE,
        name=_("Complaints within the hard limit"),
        definition=_("Complaints first answered within 10 days ÷ complaints whose ten days are over."),
        numerator=M["complaints_limit_kept"],
        denominator=M["complaints_limit_due"],
        target=1.0,
        basis=_("law: Hangzhou Property Management Regulations §50"),
        cadence=MONTHLY,
    )
)
