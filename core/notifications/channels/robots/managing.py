"""Robots are made, changed and tested by those who manage their site or company."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from core import audit, policies
from core.models import Robot, RobotMessage
from core.notifications.channels.robots.telling import tell_one
from core.notifications.channels.robots.vendors import vendors
from core.notifications.kinds import for_groups, register_kind
from core.outgoing import Unsent, target_of
from core.outgoing.managing import move, owner_of

ADDED = audit.register_action("core.robot_added", _("Added the group robot %(name)s"))
CHANGED = audit.register_action("core.robot_changed", _("Changed the group robot %(name)s"))
TESTED = audit.register_action("core.robot_tested", _("Tested the group robot %(name)s"))

#: Never chosen: it is what the test button sends.
TEST = register_kind(
    "core.robot_test",
    title=_("Test"),
    label=_("Test"),
    group=_("The group robot “%(robot)s” is connected."),
    email=False,
)


def kinds_to_choose() -> list[tuple[str, Any]]:
    """Kinds meant for groups, with what they are called."""
    return [(kind.name, kind.label) for kind in for_groups() if kind is not TEST]


@transaction.atomic
def add_robot(
    *,
    user: Any,
    site: models.Model | None,
    name: str,
    vendor: str,
    address: str,
    secret: str = "",
    kinds: Sequence[str] = (),
    least_rank: int | None = None,
    language: str,
) -> Robot:
    """A new robot; without `site` it hears of all sites, without `kinds` of every kind meant for groups.

    Raises PermissionDenied, ValidationError.
    """
    owner = owner_of(user, Robot, site)
    robot = Robot(company_id=owner.company_id, site_id=owner.site_id, vendor=vendor)
    _connect(robot, address, secret)
    _fill(robot, name=name, kinds=kinds, least_rank=least_rank, language=language)
    audit.record(ADDED, actor=user, company=robot.company, target=robot, details={"name": name})
    return robot


@transaction.atomic
def change_robot(
    *,
    user: Any,
    robot: Robot,
    site: models.Model | None,
    name: str,
    vendor: str,
    address: str = "",
    secret: str = "",
    forget_secret: bool = False,
    kinds: Sequence[str] = (),
    least_rank: int | None = None,
    language: str,
    is_active: bool,
) -> Robot:
    """Change a robot; an empty `address` or `secret` leaves what is stored. Raises PermissionDenied, ValidationError."""
    move(user, robot, site)
    if vendor != robot.vendor and not address:
        raise ValidationError({"address": _("Another vendor has another address.")})
    robot.vendor, robot.is_active = vendor, is_active
    if address:
        _connect(robot, address, secret)
    elif secret:
        robot.secret = secret
    if forget_secret and not secret:
        robot.secret = ""
    _fill(robot, name=name, kinds=kinds, least_rank=least_rank, language=language)
    details = {"name": name, "new_address": bool(address), "new_secret": bool(secret or forget_secret)}
    audit.record(CHANGED, actor=user, company=robot.company, target=robot, details=details)
    return robot


@transaction.atomic
def test_robot(*, user: Any, robot: Robot) -> RobotMessage:
    """Say that the robot is connected. Raises PermissionDenied, ValidationError for an inactive one."""
    policies.require(user, "change", robot)
    if not robot.is_active:
        raise ValidationError(_("It is switched off."))
    audit.record(TESTED, actor=user, company=robot.company, target=robot, details={"name": robot.name})
    return tell_one(robot, TEST)


def _connect(robot: Robot, address: str, secret: str) -> None:
    """Take an address, of the vendor's hosts or of one the installation allows. Raises ValidationError."""
    vendor = vendors().get(robot.vendor)
    if vendor is None:
        raise ValidationError({"vendor": _("Choose a vendor.")})
    try:
        target = target_of(address)
    except Unsent as reason:
        raise ValidationError({"address": reason.in_words}) from None
    if target.host not in vendor.hosts and not target.is_private_allowed:
        hosts = ", ".join(sorted(vendor.hosts))
        raise ValidationError(
            {"address": _("Addresses of this vendor begin with %(hosts)s.") % {"hosts": hosts}}
        )
    robot.address = address
    if secret or not robot.pk:
        robot.secret = secret


def _fill(robot: Robot, *, name: str, kinds: Sequence[str], least_rank: int | None, language: str) -> None:
    """Check and save. Raises ValidationError."""
    unknown = set(kinds) - {kind for kind, _label in kinds_to_choose()}
    if unknown:
        raise ValidationError({"kinds": _("Choose from the list.")})
    robot.name, robot.kinds, robot.least_rank, robot.language = name, sorted(set(kinds)), least_rank, language
    robot.full_clean()
    robot.save()
