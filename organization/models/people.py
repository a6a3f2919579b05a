"""People, departments, and the roles people hold somewhere from a date to a date."""

from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.clock import now
from core.querysets import PolicyQuerySet

from .companies import Company
from .sites import Site


class Role(models.TextChoices):
    """The ten roles shipped."""

    GUARD = "guard", _("Guard")
    SHIFT_LEADER = "shift_leader", _("Shift leader")
    SUPERVISOR = "supervisor", _("Supervisor")
    FIRE_SAFETY_MANAGER = "fire_safety_manager", _("Fire-safety manager")
    FACILITY_ENGINEER = "facility_engineer", _("Facility engineer")
    TRAINER = "trainer", _("Trainer")
    PROJECT_MANAGER = "project_manager", _("Project manager")
    COMPANY_MANAGER = "company_manager", _("Company manager")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")


class PersonManager(BaseUserManager["Person"].from_queryset(PolicyQuerySet["Person"])):  # type: ignore[misc]
    """Makes people; finds them by username for Django."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "Person":
        """A person who signs in with `username` (and, in practice, staff number, phone or mail)."""
        person: Person = self.model(username=username.lower(), **fields)
        person.set_password(password)
        person.full_clean(exclude=["password"])
        person.save()
        return person

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> "Person":
        """The administrator of an installation."""
        return self.create_user(username, password, is_superuser=True, **fields)


@tracked(exclude=["password", "last_login"])
class Person(AbstractBaseUser, PermissionsMixin):
    """Someone who works for a company and signs in. Residents are not people in this sense."""

    company = models.ForeignKey(
        Company, models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("company")
    )
    username = models.CharField(
        _("sign-in name"),
        max_length=60,
        unique=True,
        help_text=_("Company code and staff number, for example ch-1001."),
    )
    staff_number = models.CharField(_("staff number"), max_length=30, blank=True)
    name = models.CharField(_("name"), max_length=80)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=settings.SITE_LANGUAGES,
        blank=True,
        help_text=_("Leave empty to follow the browser."),
    )
    is_active = models.BooleanField(_("active"), default=True)
    deactivated_at = models.DateTimeField(_("deactivated at"), null=True, blank=True, editable=False)
    must_change_password = models.BooleanField(_("must change password"), default=False)
    wants_email = models.BooleanField(_("notices by e-mail"), default=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = PersonManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ("company_id", "staff_number", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["company", "staff_number"],
                condition=~Q(staff_number=""),
                name="staff_number_unique_in_company",
            ),
            models.UniqueConstraint(fields=["phone"], condition=~Q(phone=""), name="person_phone_unique"),
            models.UniqueConstraint(fields=["email"], condition=~Q(email=""), name="person_email_unique"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_staff(self) -> bool:
        """Django's admin is only for the installation's administrator."""
        return self.is_superuser

    def get_short_name(self) -> str:
        """The name."""
        return self.name


@tracked()
class Department(models.Model):
    """A department: of the whole company (site empty) or of one site."""

    company = models.ForeignKey(
        Company, models.CASCADE, related_name="departments", verbose_name=_("company")
    )
    site = models.ForeignKey(
        Site, models.CASCADE, null=True, blank=True, related_name="departments", verbose_name=_("site")
    )
    name = models.CharField(_("name"), max_length=80)
    head = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="departments_led", verbose_name=_("head")
    )

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ("company_id", "name")
        constraints = [
            models.UniqueConstraint(
                fields=["company", "site", "name"], name="department_name_unique", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(PolicyQuerySet["Membership"]):
    """Filters by the day a membership holds."""

    def valid_on(self, day: Any = None) -> "MembershipQuerySet":
        """Memberships that hold on `day` (today, UTC, when omitted); both ends included."""
        day = day or now().date()
        return self.filter(valid_from__lte=day).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))


@tracked()
class Membership(models.Model):
    """A role held at one site, in one department, or (both empty) in the whole company."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=24, choices=Role)
    company = models.ForeignKey(
        Company, models.CASCADE, related_name="memberships", verbose_name=_("company")
    )
    site = models.ForeignKey(
        Site, models.CASCADE, null=True, blank=True, related_name="memberships", verbose_name=_("site")
    )
    department = models.ForeignKey(
        Department,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("department"),
    )
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(
        _("until"), null=True, blank=True, help_text=_("Last day; empty means open-ended.")
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ("person_id", "role", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="membership_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.get_role_display()}"
