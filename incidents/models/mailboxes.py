"""Mailboxes whose mails become cases, and what became of each mail."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.audit import tracked
from core.querysets import PolicyQuerySet
from core.sealing import seal, unseal
from organization.models import Company, Site

from .cases import Case


class MailSecurity(models.TextChoices):
    """How the connection is protected."""

    TLS = "tls", _("TLS from the beginning (port 993)")
    STARTTLS = "starttls", _("STARTTLS (port 143)")
    PLAIN = "plain", _("None: only for a server in the house")


#: What looking into it changes all the time, which is no edit by people.
STANDING = ("uid_validity", "last_uid", "looked_at", "failures", "trouble")


@tracked(exclude=["sealed_password", *STANDING])
class Mailbox(models.Model):
    """An IMAP mailbox of a site. Every mail in it becomes a case, or a word on the case it answers."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="+", verbose_name=_("company"))
    site = models.ForeignKey(Site, models.CASCADE, related_name="mailboxes", verbose_name=_("site"))
    address = models.EmailField(_("address"), unique=True, help_text=_("Where residents write to."))
    host = models.CharField(_("IMAP server"), max_length=200)
    port = models.PositiveIntegerField(
        _("port"), default=993, validators=[MinValueValidator(1), MaxValueValidator(65535)]
    )
    security = models.CharField(_("protection"), max_length=8, choices=MailSecurity, default=MailSecurity.TLS)
    username = models.CharField(_("user name"), max_length=200)
    sealed_password = models.TextField(_("password"), editable=False)
    folder = models.CharField(pgettext_lazy("of mails", "folder"), max_length=100, default="INBOX")
    is_active = models.BooleanField(_("active"), default=True)
    #: RFC 3501: when it changes, the server has numbered its mails anew
    uid_validity = models.BigIntegerField(null=True, editable=False)
    last_uid = models.BigIntegerField(
        default=0, editable=False, help_text=_("The mail with this number and all before it were taken.")
    )
    looked_at = models.DateTimeField(_("last looked into"), null=True, blank=True, editable=False)
    failures = models.PositiveIntegerField(default=0, editable=False)
    trouble = models.CharField(_("trouble"), max_length=400, blank=True, editable=False)

    objects = PolicyQuerySet["Mailbox"].as_manager()

    class Meta:
        verbose_name = _("mailbox")
        verbose_name_plural = _("mailboxes")
        ordering = ("address",)

    def __str__(self) -> str:
        return self.address

    @property
    def password(self) -> str:
        """What the server asks for. Raises core.sealing.Unreadable."""
        return unseal(self.sealed_password)

    @password.setter
    def password(self, value: str) -> None:
        self.sealed_password = seal(value)


class MailFate(models.TextChoices):
    """What became of a mail."""

    CASE = "case", _("Became a case")
    WORD = "word", _("Added to its case")
    AUTOMATIC = "automatic", _("Written by a machine: nothing was done")
    UNREADABLE = "unreadable", _("Could not be read: it waits in the mailbox")


class MailTaken(models.Model):
    """One mail that was taken. Neither its words nor its sender are kept here: they stand in the case, if anywhere."""

    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="taken", verbose_name=_("mailbox"))
    #: hash of Message-ID, or of the whole mail where it has none
    digest = models.CharField(max_length=64)
    uid = models.BigIntegerField(_("number in the mailbox"))
    fate = models.CharField(_("what became of it"), max_length=12, choices=MailFate)
    case = models.ForeignKey(
        Case, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("case")
    )
    taken_at = models.DateTimeField(_("taken at"))

    objects = PolicyQuerySet["MailTaken"].as_manager()

    class Meta:
        verbose_name = _("mail taken")
        verbose_name_plural = _("mails taken")
        ordering = ("-id",)
        constraints = [models.UniqueConstraint(fields=["mailbox", "digest"], name="mail_taken_once")]

    def __str__(self) -> str:
        return f"{self.mailbox_id}:{self.uid}"
