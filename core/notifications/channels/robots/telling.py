"""From a notice to the groups that want it: rows and work items in the transaction of the notice."""

from collections.abc import Iterable

from django.db import models

from core import outbox
from core.models import Robot, RobotMessage
from core.notifications.kinds import Kind, kind_of, places_of
from core.notifications.notices import Notice
from core.notifications.wording import stored


def tell_groups(notices: Iterable[Notice]) -> list[RobotMessage]:
    """One message for each notice and robot that wants it. One query when there is none, however many notices; none
    for kinds not meant for groups.

    Of the context only what the kind's words for groups name is kept: what is not stored cannot get out.
    """
    meant = [one for one in notices if kind_of(one.kind).group is not None and one.company_id is not None]
    if not meant:
        return []
    robots = list(Robot.objects.filter(is_active=True, company_id__in={one.company_id for one in meant}))
    return _send_off([_draft(robot, one) for one in meant for robot in robots if _wants(robot, one)])


def _wants(robot: Robot, notice: Notice) -> bool:
    """Is the robot of the notice's company, for all its sites or this one, and wants this kind and rank?"""
    site_id = None if notice.site is None else notice.site.pk
    return (
        robot.company_id == notice.company_id
        and robot.site_id in (None, site_id)
        and (not robot.kinds or notice.kind in robot.kinds)
        and (notice.rank is None or robot.least_rank is None or robot.least_rank >= notice.rank)
    )


def _draft(robot: Robot, notice: Notice) -> RobotMessage:
    kind = kind_of(notice.kind)
    named = places_of(kind.group)
    return RobotMessage(
        robot=robot,
        kind=kind.name,
        context=stored({name: value for name, value in notice.context.items() if name in named}),
        site_id=None if notice.site is None else notice.site.pk,
        url=kind.path(notice.target),
        once=_once(kind, notice.target, notice.key),
    )


def tell_one(robot: Robot, kind: Kind) -> RobotMessage:
    """One message for one robot whatever it wants: a test."""
    facts = stored({"robot": robot.name})
    message = RobotMessage(robot=robot, kind=kind.name, context=facts, site_id=robot.site_id)
    return _send_off([message])[0]


def _once(kind: Kind, target: models.Model | None, key: str | None) -> str | None:
    if key is None:
        return None
    about = "" if target is None else f"{target._meta.label_lower}:{target.pk}"
    return f"{kind.name}|{about}|{key}"[:400]


def _send_off(drafts: list[RobotMessage]) -> list[RobotMessage]:
    if not drafts:
        return []
    made = RobotMessage.objects.bulk_create(drafts, ignore_conflicts=True)
    if any(draft.once for draft in drafts):  # told before, or by somebody at the same moment
        there = set(RobotMessage.objects.filter(pk__in=[row.pk for row in made]).values_list("pk", flat=True))
        made = [row for row in made if row.pk in there]
    outbox.enqueue_many("core.tell_group", ((row.robot.company_id, {"message": str(row.pk)}) for row in made))
    return made
