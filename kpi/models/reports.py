"""The monthly reports that were made and kept, to whom they go, and to whom they went."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.audit import tracked
from core.ids import uuid7
from core.querysets import PolicyQuerySet
from organization.models import Company, Site


class Edition(models.TextChoices):
    """For whom a report is made: the company itself, or the owners, who read no names and nothing about single cases."""

    INTERNAL = "internal", _("For the company")
    OWNERS = "owners", _("For the owners")


def report_path(report: "MonthlyReport", filename: str) -> str:
    """Where an issued report is stored: private, under a name nobody can guess."""
    return f"reports/{report.site_id or 'company'}/{uuid7().hex}-{filename}"


class MonthlyReport(models.Model):
    """The report of a month as it was made and kept: of a site, or of a whole company when `site` is empty.

    Made once for each edition and language when it is issued, and once more, `is_final`, when the month was closed.
    Its files are never written again.
    """

    company = models.ForeignKey(Company, models.CASCADE, related_name="+", verbose_name=_("company"))
    site = models.ForeignKey(
        Site, models.CASCADE, null=True, blank=True, related_name="monthly_reports", verbose_name=_("site")
    )
    month = models.DateField(_("month"), help_text=_("Its first day."))
    edition = models.CharField(_("edition"), max_length=10, choices=Edition, default=Edition.INTERNAL)
    language = models.CharField(_("language"), max_length=10, choices=settings.SITE_LANGUAGES)
    is_final = models.BooleanField(_("of the closed month"), default=False)
    made_at = models.DateTimeField(pgettext_lazy("report", "made at"))
    fingerprint = models.CharField(
        _("fingerprint"), max_length=64, blank=True, help_text=_("SHA-256 of the figures, in hex.")
    )
    summary = models.JSONField(_("summary"), default=dict, help_text=_("What it says in short, by language."))
    xlsx = models.FileField(_("workbook"), upload_to=report_path, max_length=200, blank=True)
    pdf = models.FileField(_("document"), upload_to=report_path, max_length=200, blank=True)
    bundle = models.FileField(_("CSV files"), upload_to=report_path, max_length=200, blank=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("monthly report")
        verbose_name_plural = _("monthly reports")
        ordering = ("-month", "site_id", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["company", "site", "month", "edition", "language", "is_final"],
                name="monthly_report_once_each",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.site_id or self.company_id} {self.month:%Y-%m}"


class Sending(models.TextChoices):
    """How a report leaves the house."""

    FILE = "file", _("As files in the mail")
    LINK = "link", _("As a link that expires after 30 days")


@tracked()
class ReportSchedule(models.Model):
    """To whom the report of each month goes besides the managers: of a site, or of the company when `site` is empty.

    It goes out at eight on the first working day after the month, on the wall of the site. Plain addresses (the
    owners' committee, the client) get the edition for the owners only.
    """

    company = models.ForeignKey(
        Company, models.CASCADE, related_name="report_schedules", verbose_name=_("company")
    )
    site = models.ForeignKey(
        Site,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="report_schedules",
        verbose_name=_("site"),
        help_text=_("Empty: one report of all sites of the company."),
    )
    name = models.CharField(_("name"), max_length=120)
    edition = models.CharField(_("edition"), max_length=10, choices=Edition, default=Edition.INTERNAL)
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=settings.SITE_LANGUAGES,
        blank=True,
        help_text=_("Empty: that of the site."),
    )
    with_pdf = models.BooleanField(_("document (PDF)"), default=True)
    with_xlsx = models.BooleanField(_("workbook (XLSX)"), default=False)
    people = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="+", verbose_name=_("people")
    )
    addresses = ArrayField(
        models.EmailField(),
        default=list,
        blank=True,
        verbose_name=_("mail addresses"),
        help_text=_("Of those without an account, one a line."),
    )
    sending = models.CharField(
        _("how"),
        max_length=5,
        choices=Sending,
        default=Sending.FILE,
        help_text=_("For mail addresses; people open the report here."),
    )
    is_active = models.BooleanField(_("active"), default=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("schedule of a monthly report")
        verbose_name_plural = _("schedules of monthly reports")
        ordering = ("company_id", "site_id", "name")
        constraints = [
            models.CheckConstraint(
                condition=Q(with_pdf=True) | Q(with_xlsx=True), name="report_schedule_has_a_form"
            ),
            models.CheckConstraint(
                condition=Q(edition="owners") | Q(addresses=[]), name="report_outside_is_for_owners"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def forms(self) -> tuple[str, ...]:
        """The forms it sends."""
        wanted = (("pdf", self.with_pdf), ("xlsx", self.with_xlsx))
        return tuple(form for form, is_wanted in wanted if is_wanted)


class ReportDelivery(models.Model):
    """A report that went to somebody: to a person, told in the product and by mail, or to a mail address.

    `sent_at` is empty while a mail waits, and stays empty when it was given up.
    """

    report = models.ForeignKey(
        MonthlyReport, models.CASCADE, related_name="deliveries", verbose_name=_("monthly report")
    )
    schedule = models.ForeignKey(
        ReportSchedule,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="deliveries",
        verbose_name=_("schedule"),
        help_text=_("Empty: the managers, to whom every report goes."),
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )
    address = models.EmailField(_("mail address"), blank=True)
    sending = models.CharField(_("how"), max_length=5, choices=Sending, default=Sending.FILE)
    forms = ArrayField(models.CharField(max_length=6), default=list, verbose_name=_("files"))
    queued_at = models.DateTimeField(_("queued at"))
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    given_up_at = models.DateTimeField(_("given up at"), null=True, blank=True)
    opened_at = models.DateTimeField(_("link first opened at"), null=True, blank=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("sending of a report")
        verbose_name_plural = _("sendings of reports")
        ordering = ("-queued_at", "-id")
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, address="") | Q(person__isnull=True) & ~Q(address=""),
                name="report_goes_to_one",
            ),
            models.UniqueConstraint(
                fields=["report", "person"], condition=Q(person__isnull=False), name="report_person_once"
            ),
            models.UniqueConstraint(
                fields=["report", "address"], condition=~Q(address=""), name="report_address_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.person_id or self.address}"
