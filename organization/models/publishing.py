"""What a site says to its residents: notices, how it is reached, what it does with their data (R027, R072)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.querysets import PolicyQuerySet
from core.translated import TranslatedField

from .sites import Site


class NoticeKind(models.TextChoices):
    """What a notice is about."""

    NOTICE = "notice", _("Notice")
    WORKS = "works", _("Works")
    WARNING = "warning", _("Warning")
    IMPROVEMENT = "improvement", _("Improvement")

    @property
    def tone(self) -> str:
        """Colour by meaning."""
        return {"notice": "info", "works": "idle", "warning": "danger", "improvement": "ok"}[self.value]


class SiteNoticeQuerySet(PolicyQuerySet["SiteNotice"]):
    """Filters by whether residents read it."""

    def shown_at(self, moment: object) -> "SiteNoticeQuerySet":
        """Published, begun, not over and not withdrawn."""
        return self.filter(published_at__isnull=False, withdrawn_at=None, starts_at__lte=moment).filter(
            Q(ends_at=None) | Q(ends_at__gt=moment)
        )


@tracked()
class SiteNotice(models.Model):
    """A notice to the residents of a site, in up to three languages; improvements report back what was done (R027)."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="notices", verbose_name=_("site"))
    kind = models.CharField(_("kind"), max_length=12, choices=NoticeKind, default=NoticeKind.NOTICE)
    title = TranslatedField(_("title"))
    text = TranslatedField(_("text"), blank=True, default=dict)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(
        _("until"), null=True, blank=True, help_text=_("Empty: until it is withdrawn.")
    )
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("published by"),
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = SiteNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice to residents")
        verbose_name_plural = _("notices to residents")
        ordering = ("-starts_at", "-id")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=models.F("starts_at")),
                name="site_notice_ends_after_start",
                violation_error_message=_("It ends before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(published_at=None, published_by=None)
                | Q(published_at__isnull=False, published_by__isnull=False),
                name="site_notice_published_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["site", "-starts_at"], name="site_notice_latest")]

    def __str__(self) -> str:
        return str(self.title)

    @property
    def kind_tone(self) -> str:
        """Colour by meaning."""
        return NoticeKind(self.kind).tone


@tracked()
class SiteInformation(models.Model):
    """What is published of a site: whom to call, what things cost, how a repair goes (R072, 说明清晰)."""

    site = models.OneToOneField(
        Site, models.CASCADE, primary_key=True, related_name="information", verbose_name=_("site")
    )
    control_room_phone = models.CharField(
        _("control room, day and night"),
        max_length=30,
        blank=True,
        help_text=_("Shown first when somebody reports an emergency."),
    )
    office_phone = models.CharField(_("service office"), max_length=30, blank=True)
    office_hours = TranslatedField(_("hours of the office"), blank=True, default=dict)
    channels = TranslatedField(
        _("other ways to reach us"), blank=True, default=dict, help_text=_("Counter, e-mail, chat group.")
    )
    fees = TranslatedField(_("fees"), blank=True, default=dict)
    repairs = TranslatedField(_("how a repair goes"), blank=True, default=dict)

    objects = PolicyQuerySet["SiteInformation"].as_manager()

    class Meta:
        verbose_name = _("published information")
        verbose_name_plural = _("published information")

    def __str__(self) -> str:
        return str(self.site_id)


class PrivacyNotice(models.Model):
    """What residents are told about their data (PIPL art. 17). A change is a new version; none is ever edited."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="privacy_notices", verbose_name=_("site"))
    version = models.PositiveIntegerField(_("version"))
    text = TranslatedField(_("text"))
    published_at = models.DateTimeField(_("published at"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("published by")
    )

    objects = PolicyQuerySet["PrivacyNotice"].as_manager()

    class Meta:
        verbose_name = _("privacy notice")
        verbose_name_plural = _("privacy notices")
        ordering = ("site_id", "-version")
        constraints = [
            models.UniqueConstraint(fields=["site", "version"], name="privacy_notice_version_unique")
        ]

    def __str__(self) -> str:
        return f"{self.site_id}/{self.version}"
