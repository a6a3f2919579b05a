"""What observations, forums and results add to the navigation and to the sources of action items."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from collaboration import sources
from core import navigation
from core.navigation import Entry
from surveys.models import Forum, Observation, Wave

sources.register(
    Wave,
    label=_("Survey wave"),
    text=lambda wave: str(wave.title),
    url=lambda wave: reverse("surveys:results", args=[wave.pk]) if wave.state in ("open", "closed") else reverse("surveys:wave", args=[wave.pk]),
    site=lambda wave: wave.site,
)  # fmt: skip
sources.register(
    Observation,
    label=_("On-site observation"),
    text=lambda row: row.what_was_seen[:80],
    url=lambda row: reverse("surveys:observation", args=[row.pk]),
    site=lambda row: row.site,
)
sources.register(
    Forum,
    label=_("Residents' forum"),
    text=lambda row: row.topics[:80],
    url=lambda row: reverse("surveys:forum", args=[row.pk]),
    site=lambda row: row.site,
)
for child in (
    Entry(
        "observations",
        _("On-site observations"),
        "surveys:observations",
        order=40,
        prefixes=("/surveys/observations/",),
    ),
    Entry("forums", _("Residents' forums"), "surveys:forums", order=50, prefixes=("/surveys/forums/",)),
    Entry("feedback", _("You said, we did"), "surveys:feedback", order=60, prefixes=("/surveys/feedback/",)),
):
    navigation.register_child("surveys", child)  # fmt: skip
