"""From a notice to the groups that want it: rows and work items in the transaction of the notice."""

from collections.abc import Mapping
from typing import Any

from django.db import models

from core import outbox
from core.models import Robot, RobotMessage
from core.notifications.kinds import Kind, places_of
from core.notifications.wording import stored


def tell_groups(
    kind: Kind,
    *,
    target: models.Model | None,
    site: models.Model | None,
    context: Mapping[str, Any],
    key: str | None,
    rank: int | None,
) -> list[RobotMessage]:
    """One message for each robot that wants this. One query when there is none; none for kinds not meant for groups.

    Of the context only what the kind's words for groups name is kept: what is not stored cannot get out.
    """
    company_id = getattr(site, "company_id", None) or getattr(target, "company_id", None)
    if kind.group is None or company_id is None:
        return []
    site_id = None if site is None else site.pk
    robots = Robot.objects.wanting(kind.name, company_id=company_id, site_id=site_id, rank=rank)
    named = places_of(kind.group)
    facts = stored({name: value for name, value in context.items() if name in named})
    drafts = [
        RobotMessage(
            robot=robot,
            kind=kind.name,
            context=facts,
            site_id=site_id,
            url=kind.path(target),
            once=_once(kind, target, key),
        )
        for robot in robots
    ]
    return _send_off(drafts, company_id)


def tell_one(robot: Robot, kind: Kind) -> RobotMessage:
    """One message for one robot whatever it wants: a test."""
    facts = stored({"robot": robot.name})
    message = RobotMessage(robot=robot, kind=kind.name, context=facts, site_id=robot.site_id)
    return _send_off([message], robot.company_id)[0]


def _once(kind: Kind, target: models.Model | None, key: str | None) -> str | None:
    if key is None:
        return None
    about = "" if target is None else f"{target._meta.label_lower}:{target.pk}"
    return f"{kind.name}|{about}|{key}"[:400]


def _send_off(drafts: list[RobotMessage], company_id: int) -> list[RobotMessage]:
    if not drafts:
        return []
    made = RobotMessage.objects.bulk_create(drafts, ignore_conflicts=True)
    if any(draft.once for draft in drafts):  # told before, or by somebody at the same moment
        there = set(RobotMessage.objects.filter(pk__in=[row.pk for row in made]).values_list("pk", flat=True))
        made = [row for row in made if row.pk in there]
    outbox.enqueue_many("core.tell_group", [{"message": str(row.pk)} for row in made], company_id=company_id)
    return made
