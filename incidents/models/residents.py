"""The resident's side of cases: where they report without an account, and the link by which they follow (R027, R095)."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.audit import tracked
from core.querysets import PolicyQuerySet
from organization.models import Building, Site, Zone

from .cases import Case, CaseEntry


class Report(models.TextChoices):
    """What a resident says it is, in the resident's own words."""

    REPAIR = "repair", _("Something is broken")
    DANGER = "danger", _("Something is dangerous")
    RULE = "rule", _("Somebody breaks a rule")
    COMPLAINT = "complaint", _("A complaint")
    QUESTION = "question", _("A question or a wish")
    SUGGESTION = "suggestion", _("A suggestion")
    EMERGENCY = "emergency", _("An emergency")


def every_report() -> list[str]:
    """A new point offers all of them."""
    return list(Report.values)


@tracked(exclude=["token_sha256"])
class IntakePoint(models.Model):
    """A printed code at a gate or lift, or a link on a web page, where residents report without an account.

    Its token is derived by signature and never stored; only its hash is. A new label (`serial`) voids the old one.
    """

    site = models.ForeignKey(Site, models.CASCADE, related_name="intake_points", verbose_name=_("site"))
    building = models.ForeignKey(
        Building,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="intake_points",
        verbose_name=_("building"),
    )
    zone = models.ForeignKey(
        Zone, models.SET_NULL, null=True, blank=True, related_name="intake_points", verbose_name=_("zone")
    )
    place = models.CharField(
        _("where it hangs"),
        max_length=120,
        help_text=_("As residents say it: south gate, lift of building 3. It fills in where the matter is."),
    )
    offers = ArrayField(
        models.CharField(max_length=12, choices=Report),
        verbose_name=_("residents may report here"),
        default=every_report,
    )
    serial = models.PositiveIntegerField(_("label number"), default=1, editable=False)
    token_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    issued_at = models.DateTimeField(_("label issued at"), editable=False)
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Switched off, its label leads nowhere.")
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = PolicyQuerySet["IntakePoint"].as_manager()

    class Meta:
        verbose_name = _("intake point")
        verbose_name_plural = _("intake points")
        ordering = ("site_id", "place", "id")
        constraints = [
            models.UniqueConstraint(fields=["site", "place"], name="intake_point_place_unique"),
            models.CheckConstraint(condition=~Q(place=""), name="intake_point_has_place"),
        ]

    def __str__(self) -> str:
        return self.place


class FollowUp(models.Model):
    """How the resident who reported a case follows it: by an unguessable link of which only the hash is kept.

    What is known of them beside name and telephone number (which stand in the case). Erased 180 days after the end of
    the case: then the link leads nowhere and nothing here names anybody.
    """

    case = models.OneToOneField(
        Case, models.CASCADE, primary_key=True, related_name="follow_up", verbose_name=_("case")
    )
    point = models.ForeignKey(
        IntakePoint,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="follow_ups",
        verbose_name=_("intake point"),
    )
    report = models.CharField(_("reported as"), max_length=12, choices=Report, blank=True)
    serial = models.PositiveIntegerField(_("link number"), default=1, editable=False)
    token_sha256 = models.CharField(max_length=64, unique=True, null=True, editable=False)  # noqa: DJ001 - NULL: the link is void; many may be
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    email = models.EmailField(_("e-mail"), blank=True)
    unit = models.CharField(pgettext_lazy("of a building", "unit"), max_length=40, blank=True)
    notice_version = models.PositiveIntegerField(
        _("privacy notice"), default=0, help_text=_("Version the resident was shown; 0 is the shipped text.")
    )
    is_for_child = models.BooleanField(
        _("under 14"), default=False, help_text=_("Sent by a guardian for a child (PIPL art. 31).")
    )
    opened_at = models.DateTimeField(_("last looked at"), null=True, blank=True)
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = PolicyQuerySet["FollowUp"].as_manager()

    class Meta:
        verbose_name = _("follow-up by a resident")
        verbose_name_plural = _("follow-ups by residents")
        indexes = [models.Index(fields=["case"], condition=Q(erased_at=None), name="follow_up_known")]
        constraints = [
            models.CheckConstraint(
                condition=Q(erased_at=None) | Q(email="", unit="", token_sha256=None),
                name="follow_up_erased_is_anonymous",
            )
        ]

    def __str__(self) -> str:
        return str(self.case_id)


class EntryPhoto(models.Model):
    """A photo that came with a line of the timeline which the resident reads; no other photo of a case is theirs to see."""

    entry = models.ForeignKey(
        CaseEntry, models.CASCADE, related_name="photos", verbose_name=_("timeline entry")
    )
    attachment = models.ForeignKey(
        "core.Attachment", models.CASCADE, related_name="+", verbose_name=_("photo")
    )

    objects = PolicyQuerySet["EntryPhoto"].as_manager()

    class Meta:
        verbose_name = _("photo for the resident")
        verbose_name_plural = _("photos for residents")
        ordering = ("entry_id", "id")
        constraints = [models.UniqueConstraint(fields=["entry", "attachment"], name="entry_photo_once")]

    def __str__(self) -> str:
        return str(self.attachment_id)
