"""Routes order checkpoints; plans repeat routes."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.querysets import PolicyQuerySet
from core.recurrence.fields import RuleField
from organization.models import Site, Zone
from rosters.models import Post

from .checkpoints import Checkpoint


class Discipline(models.TextChoices):
    """Whose form and rules apply to a round."""

    SECURITY = "security", _("Security patrol")
    FIRE = "fire", _("Fire patrol")
    FACILITY = "facility", _("Facility round")
    SANITATION = "sanitation", _("Sanitation round")


class Order(models.TextChoices):
    """In which order a route is walked."""

    ANY = "any", _("Any order")
    FIXED = "fixed", _("Fixed order")


@tracked()
class Route(models.Model):
    """A named set of checkpoints."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="routes", verbose_name=_("site"))
    zone = models.ForeignKey(
        Zone, models.SET_NULL, null=True, blank=True, related_name="routes", verbose_name=_("zone")
    )
    name = models.CharField(_("name"), max_length=80)
    order = models.CharField(_("order"), max_length=8, choices=Order, default=Order.ANY)
    is_active = models.BooleanField(_("in use"), default=True)
    checkpoints = models.ManyToManyField(Checkpoint, through="RoutePoint", related_name="routes")

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("route")
        verbose_name_plural = _("routes")
        ordering = ("site_id", "name", "id")
        constraints = [models.UniqueConstraint(fields=["site", "name"], name="route_name_unique_in_site")]

    def __str__(self) -> str:
        return self.name


class RoutePoint(models.Model):
    """A checkpoint's place in a route."""

    route = models.ForeignKey(Route, models.CASCADE, related_name="points", verbose_name=_("route"))
    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, related_name="+", verbose_name=_("checkpoint"))
    position = models.PositiveSmallIntegerField(_("position"))

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("point of a route")
        verbose_name_plural = _("points of a route")
        ordering = ("route_id", "position")
        constraints = [
            models.UniqueConstraint(fields=["route", "checkpoint"], name="route_point_once"),
            models.UniqueConstraint(
                fields=["route", "position"],
                name="route_position_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}"


@tracked()
class Plan(models.Model):
    """Repeats a route in time windows. Celery makes its rounds 48 hours ahead."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="patrol_plans", verbose_name=_("site"))
    route = models.ForeignKey(Route, models.PROTECT, related_name="plans", verbose_name=_("route"))
    name = models.CharField(_("name"), max_length=80)
    discipline = models.CharField(
        _("discipline"), max_length=12, choices=Discipline, default=Discipline.SECURITY
    )
    rule = RuleField(_("when"), help_text=_("In the site's time zone."))
    window_minutes = models.PositiveSmallIntegerField(
        _("window (minutes)"),
        default=60,
        validators=[MinValueValidator(5), MaxValueValidator(1440)],
        help_text=_("From the due time; finished inside it is on time."),
    )
    grace_minutes = models.PositiveSmallIntegerField(
        _("grace (minutes)"),
        default=15,
        validators=[MaxValueValidator(720)],
        help_text=_("After the window; finished inside it is late, after it partial or missed."),
    )
    early_minutes = models.PositiveSmallIntegerField(
        _("may begin early by (minutes)"), default=10, validators=[MaxValueValidator(240)]
    )
    post = models.ForeignKey(
        Post,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="patrol_plans",
        verbose_name=_("post"),
        help_text=_("Whoever is on this post walks it."),
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="patrol_plans",
        verbose_name=_("person"),
    )
    basis = models.CharField(
        _("basis"), max_length=200, blank=True, help_text=_("Law, contract or house rule that demands it.")
    )
    is_active = models.BooleanField(_("in use"), default=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("patrol plan")
        verbose_name_plural = _("patrol plans")
        ordering = ("site_id", "name", "id")

    def __str__(self) -> str:
        return self.name


class PlanProgress(models.Model):
    """How far ahead a plan's rounds exist. Apart from the plan, so that its history shows what people changed."""

    plan = models.OneToOneField(
        Plan, models.CASCADE, primary_key=True, related_name="progress", verbose_name=_("patrol plan")
    )
    rounds_until = models.DateTimeField(
        _("rounds exist until"), help_text=_("Every round due before this instant has been made (UTC).")
    )

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("progress of a plan")
        verbose_name_plural = _("progress of plans")

    def __str__(self) -> str:
        return f"{self.plan_id} {self.rounds_until:%Y-%m-%d %H:%M}"
