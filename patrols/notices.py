"""What people are told about patrols."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.notifications import register_kind
from patrols.models import RoundStatus

MISSED, PARTIAL, LATE = "patrols.round_missed", "patrols.round_partial", "patrols.round_late"
SEVERAL = "patrols.rounds_failed"
OF_STATUS = {RoundStatus.MISSED: MISSED, RoundStatus.PARTIAL: PARTIAL, RoundStatus.LATE: LATE}


def round_path(target: Any) -> str:
    """The page of one round; the list of rounds when there are several."""
    return reverse("patrols:round", args=[target.pk]) if target is not None else reverse("patrols:rounds")


_DUE = _("%(plan)s at %(site)s, due %(due)s")
register_kind(
    MISSED,
    title=_("Round missed: %(plan)s"),
    body=_DUE,
    label=_("A round was missed"),
    url=round_path,
    group=_DUE,
)
register_kind(
    PARTIAL,
    title=_("Round incomplete: %(plan)s"),
    body=_("%(plan)s at %(site)s, due %(due)s: %(visited)s of %(points)s points visited"),
    label=_("A round was left incomplete"),
    url=round_path,
    group=_("%(plan)s, due %(due)s: %(visited)s of %(points)s points visited"),
)
register_kind(
    LATE,
    title=_("Round completed late: %(plan)s"),
    body=_DUE,
    label=_("A round was completed late"),
    url=round_path,
    email=False,
    group=_DUE,
)
register_kind(
    SEVERAL,
    title=_("%(count)s rounds missed, incomplete or late at %(site)s"),
    body=_("The first: %(plan)s, due %(due)s"),
    label=_("Several rounds failed at once"),
    url=round_path,
    group=_("%(count)s rounds missed, incomplete or late. The first: %(plan)s, due %(due)s"),
)
