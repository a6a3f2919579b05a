"""Tables of observations, forums and feedback."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.listing.tables import DESK_ONLY, AtColumn, Table
from surveys.models import Forum, Observation, SaidDone


class ObservationTable(Table):
    """On-site observations."""

    observed_at = AtColumn(site="site", linkify=("surveys:observation", [tables.A("pk")]))
    finding_count = tables.Column(verbose_name=_("To be put right"), attrs={"th": {"class": "r"}, "td": {"class": "r num"}})  # fmt: skip
    is_unannounced = tables.BooleanColumn(verbose_name=_("unannounced"), attrs=DESK_ONLY)
    site = tables.Column(attrs=DESK_ONLY)

    class Meta(Table.Meta):
        model = Observation
        fields = (
            "observed_at",
            "what_was_seen",
            "zone",
            "observer",
            "is_unannounced",
            "finding_count",
            "site",
        )


class ForumTable(Table):
    """Residents' forums."""

    held_at = AtColumn(site="site", linkify=("surveys:forum", [tables.A("pk")]))
    residents_present = tables.Column(attrs={"th": {"class": "r"}, "td": {"class": "r num"}})
    site = tables.Column(attrs=DESK_ONLY)

    class Meta(Table.Meta):
        model = Forum
        fields = ("held_at", "topics", "place", "residents_present", "site")


class FeedbackTable(Table):
    """ "You said, we did"."""

    said = tables.Column(
        verbose_name=_("You said"), linkify=("surveys:feedback_item", [tables.A("pk")]), orderable=False
    )
    did = tables.Column(verbose_name=_("We did"), orderable=False)
    published_at = AtColumn(site="site", form="date")
    withdrawn_at = AtColumn(site="site", form="date", verbose_name=pgettext_lazy("feedback", "Withdrawn"))
    site = tables.Column(attrs=DESK_ONLY)

    class Meta(Table.Meta):
        model = SaidDone
        fields = ("said", "did", "published_at", "withdrawn_at", "site")
