"""Facts of service requests: visit, appointment, the resident's word."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.querysets import PolicyQuerySet
from incidents.models.cases import Case


@tracked()
class RequestFacts(models.Model):
    """A service request or repair report."""

    case = models.OneToOneField(
        Case, models.CASCADE, primary_key=True, related_name="request", verbose_name=_("case")
    )
    is_repair = models.BooleanField(_("repair"), default=False)
    needs_visit = models.BooleanField(_("needs a visit"), default=True)
    appointment_at = models.DateTimeField(_("appointment"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed by the resident at"), null=True, blank=True)
    is_closed_by_rule = models.BooleanField(_("closed by rule"), default=False)
    rating = models.PositiveSmallIntegerField(_("rating (1 to 5)"), null=True, blank=True)
    rating_text = models.TextField(_("what the resident said"), blank=True)
    rated_at = models.DateTimeField(_("rated at"), null=True, blank=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("facts of a service request")
        verbose_name_plural = _("facts of service requests")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(rating__isnull=True) | models.Q(rating__range=(1, 5)),
                name="request_rating",
            )
        ]

    def __str__(self) -> str:
        return str(self.case_id)
