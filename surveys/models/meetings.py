"""What is seen and heard without a questionnaire: observations on site 现场观察 and residents' forums 座谈会 (R069, R076)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from checklists.models import Check
from core.audit import tracked
from core.querysets import PolicyQuerySet
from incidents.models import Case
from organization.models import Site, Zone

from .plans import Occasion


@tracked()
class Observation(models.Model):
    """Somebody watched the service where it happens. `observed_at` is UTC."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="observations", verbose_name=_("site"))
    occasion = models.ForeignKey(
        Occasion,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="observations",
        verbose_name=_("due activity"),
    )
    zone = models.ForeignKey(
        Zone, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("zone")
    )
    observed_at = models.DateTimeField(_("observed at"))
    observer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("observer")
    )
    is_unannounced = models.BooleanField(_("unannounced"), default=True)
    what_was_seen = models.TextField(_("what was seen"))
    check_made = models.OneToOneField(
        Check,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="observation",
        verbose_name=_("filled-in checklist"),
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = PolicyQuerySet["Observation"].as_manager()

    class Meta:
        verbose_name = _("on-site observation")
        verbose_name_plural = _("on-site observations")
        ordering = ("-observed_at", "-id")
        indexes = [models.Index(fields=["site", "-observed_at"], name="observation_site_latest")]

    def __str__(self) -> str:
        return self.what_was_seen[:60]


class ObservationFinding(models.Model):
    """One thing to be put right; a case may have been opened for it. Action items name it as their source."""

    observation = models.ForeignKey(
        Observation, models.CASCADE, related_name="findings", verbose_name=_("on-site observation")
    )
    text = models.TextField(_("what was found"))
    case = models.ForeignKey(
        Case, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("case")
    )

    objects = PolicyQuerySet["ObservationFinding"].as_manager()

    class Meta:
        verbose_name = _("finding of an observation")
        verbose_name_plural = _("findings of observations")
        ordering = ("observation_id", "id")

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def site(self) -> Site:
        """The site of its observation: photos belong there."""
        return self.observation.site


@tracked()
class Forum(models.Model):
    """A meeting with residents. Its measures are action items that name it as their source. `held_at` is UTC."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="forums", verbose_name=_("site"))
    occasion = models.ForeignKey(
        Occasion,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="forums",
        verbose_name=_("due activity"),
    )
    held_at = models.DateTimeField(_("held at"))
    place = models.CharField(_("place"), max_length=120)
    chair = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("chaired by"),
    )
    present = models.TextField(
        _("present"), blank=True, help_text=_("Who came, and how many residents; no more than is needed.")
    )
    residents_present = models.PositiveSmallIntegerField(_("residents present"), null=True, blank=True)
    topics = models.TextField(_("topics"))
    minutes = models.TextField(pgettext_lazy("of a meeting", "minutes"), blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = PolicyQuerySet["Forum"].as_manager()

    class Meta:
        verbose_name = _("residents' forum")
        verbose_name_plural = _("residents' forums")
        ordering = ("-held_at", "-id")
        indexes = [models.Index(fields=["site", "-held_at"], name="forum_site_latest")]

    def __str__(self) -> str:
        return self.topics[:60]
