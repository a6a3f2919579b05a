"""What every write of an improvement measure has in common: version, stage, timeline, photos, notices."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from collaboration.versions import Stale
from core import live
from core.attachments import Prepared, attach
from core.clock import local_today, now
from core.notifications import notify
from core.policies import get_visible_or_404, require
from kpi.models import Improvement, ImprovementEntry, ImprovementLoop, Stage
from organization.models import Person


def locked(user: Person, improvement_id: int, act: str, version: int, *stages: Stage) -> Improvement:
    """The measure for writing, in one of `stages`. Raises Http404, PermissionDenied, Stale, ValidationError."""
    rows = Improvement.objects.select_for_update(of=("self",)).select_related(
        "site", "owner", "zone", "current"
    )
    improvement = get_visible_or_404(user, rows, pk=improvement_id)
    require(user, act, improvement)
    if improvement.version != version:
        raise Stale(improvement)
    if improvement.stage not in stages:
        raise ValidationError(
            _("This is not possible: the measure stands at “%(stage)s”."),
            params={"stage": improvement.get_stage_display()},
        )
    return improvement


def loop_of(improvement: Improvement) -> ImprovementLoop:
    """The loop it is in; every measure has one from its first write on."""
    if improvement.current is None:
        raise LookupError(f"measure {improvement.pk} has no loop")
    return improvement.current


def today_at(improvement: Improvement) -> date:
    """The day it is at the measure's site."""
    return local_today(improvement.site.zone_info)


def save(
    improvement: Improvement, user: Person, kind: str, text: str = "", uploads: Iterable[Prepared] = ()
) -> None:
    """Write the next version of a measure with its line in the timeline, its photos, and the news of it."""
    improvement.version += 1
    improvement.save()
    enter(improvement, user, kind, text, uploads)


def enter(
    improvement: Improvement, user: Person, kind: str, text: str = "", uploads: Iterable[Prepared] = ()
) -> None:
    """A line of a measure's timeline."""
    ImprovementEntry.objects.create(improvement=improvement, kind=kind, at=now(), actor=user, text=text)
    for upload in uploads:
        attach(improvement, upload=upload, made_by=user)
    live.publish(f"site:{improvement.site_id}", "improvements", improvement=improvement.pk)


def tell(
    kind: str, improvement: Improvement, people: Iterable[Person], *, key: str | None = None, **more: Any
) -> None:
    """Tell people about a measure; with a `key` each of them once."""
    loop = loop_of(improvement)
    context = {
        "number": improvement.number,
        "title": improvement.title,
        "site": improvement.site.name,
        "owner": improvement.owner.name,
        "due": loop.due_on.isoformat(),
    }
    notify(kind, people, target=improvement, site=improvement.site, context=context | more, key=key)
