"""Posts and who stands on them when."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.querysets import PolicyQuerySet
from organization.models import Site, Zone

#: Nobody is put on a post for longer; so a shift that lasts began at most so long ago.
LONGEST_SHIFT = timedelta(hours=24)


class PostKind(models.TextChoices):
    """What a post does: 门岗, 巡逻岗, 监控岗."""

    GATE = "gate", _("Gate post")
    PATROL = "patrol", _("Patrol post")
    CONTROL_ROOM = "control_room", _("Control room")
    LOBBY = "lobby", _("Lobby post")
    PARKING = "parking", _("Car park post")
    STANDBY = "standby", _("Stand-by")


@tracked()
class Post(models.Model):
    """A place or task that must be staffed at stated hours."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="posts", verbose_name=_("site"))
    zone = models.ForeignKey(
        Zone, models.SET_NULL, null=True, blank=True, related_name="posts", verbose_name=_("zone")
    )
    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=16, choices=PostKind, default=PostKind.PATROL)
    coverage = models.JSONField(
        _("hours to cover"),
        default=dict,
        blank=True,
        help_text=_(
            "Per weekday (mon …) a list of [from, to] wall times of the site; to may lie after midnight."
        ),
    )
    heads = models.PositiveSmallIntegerField(_("people at a time"), default=1)
    is_active = models.BooleanField(_("active"), default=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ("site_id", "code")
        constraints = [models.UniqueConstraint(fields=["site", "code"], name="post_code_unique_in_site")]

    def __str__(self) -> str:
        return self.name


class PostDemand(models.Model):
    """How a post was to be staffed from a day on, until its next one: figures of past days go by what was asked then."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="demands", verbose_name=_("post"))
    since = models.DateField(_("from"), help_text=_("In the site's time zone."))
    zone = models.ForeignKey(
        Zone, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("zone")
    )
    kind = models.CharField(_("kind"), max_length=16, choices=PostKind)
    coverage = models.JSONField(_("hours to cover"), default=dict, blank=True)
    heads = models.PositiveSmallIntegerField(_("people at a time"))
    is_active = models.BooleanField(_("active"))

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("demand of a post")
        verbose_name_plural = _("demands of posts")
        ordering = ("post_id", "since")
        constraints = [models.UniqueConstraint(fields=["post", "since"], name="post_demand_once_a_day")]

    def __str__(self) -> str:
        return f"{self.post_id} {self.since}"


@tracked()
class Shift(models.Model):
    """One person on one post from an instant to an instant."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="shifts", verbose_name=_("site"))
    post = models.ForeignKey(Post, models.CASCADE, related_name="shifts", verbose_name=_("post"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="shifts", verbose_name=_("person")
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        ordering = ("starts_at", "post_id", "id")
        indexes = [
            models.Index(fields=["site", "starts_at"], name="shift_site_start"),
            models.Index(fields=["person", "starts_at"], name="shift_person_start"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="shift_ends_after_start"),
            models.UniqueConstraint(fields=["post", "person", "starts_at"], name="shift_once"),
        ]

    def __str__(self) -> str:
        return f"{self.post_id} {self.starts_at:%Y-%m-%d %H:%M}"
