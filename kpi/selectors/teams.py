"""What the figures of a site can be narrowed to besides a zone: disciplines, posts, departments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from kpi.indicators import Axis, Indicator
from organization.models import Department, Site
from patrols.models import Discipline
from rosters.models import Post


@dataclass(frozen=True, slots=True)
class Choice:
    """An axis with what may be chosen on it, (value, label) each, and what is chosen ("" for everything)."""

    axis: Axis
    options: Sequence[tuple[str, Any]]
    chosen: str = ""

    @property
    def shown(self) -> Any:
        """What is chosen, in words."""
        return dict(self.options).get(self.chosen, "")


def choices_of(indicator: Indicator, site: Site, asked: Mapping[str, str]) -> list[Choice]:
    """What an indicator of a site may be narrowed to, and what of it is asked for; two queries.

    Offered is what every one of its measures knows. What is asked for beyond that is kept, so that the page can say
    that it cannot tell; what does not exist at the site is not.
    """
    everything: dict[Axis, list[tuple[str, Any]]] = {
        Axis.DISCIPLINE: [(value, label) for value, label in Discipline.choices],
        Axis.POST: [
            (str(pk), name)
            for pk, name in Post.objects.filter(site=site).order_by("code").values_list("pk", "name")
        ],
        Axis.DEPARTMENT: _departments(site),
    }
    found = []
    for axis, options in everything.items():
        value = asked.get(axis.value, "")
        chosen = value if value in dict(options) else ""
        known = indicator.is_live and all(measure.knows(axis) for measure in indicator.measures)
        if chosen or (known and options):
            found.append(Choice(axis, options, chosen))
    return found


def _departments(site: Site) -> list[tuple[str, Any]]:
    here = Department.objects.filter(Q(site=None) | Q(site=site), company_id=site.company_id)
    return [(str(pk), name) for pk, name in here.order_by("name", "pk").values_list("pk", "name")]
