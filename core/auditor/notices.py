"""How the alarm about a finding reads. Who gets it, organization says (core knows no roles)."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.auditor.expectations import registered
from core.models import AuditorFinding
from core.notifications import notify, register_kind

KIND = "core.finding_opened"

register_kind(
    KIND,
    title=_("Something is missing: %(what)s"),
    body=_("It was first seen on %(seen)s. The page of missing things says what exactly."),
    label=_("The auditor found something missing"),
    url=lambda finding: reverse("audit:findings"),
)


def alarm(finding: AuditorFinding, people: Iterable[Any]) -> None:
    """Tell `people` once about a finding."""
    known = registered().get(finding.expectation)
    context = {
        "what": known.title if known else finding.expectation,
        "seen": finding.first_seen_at,
    }
    notify(KIND, people, target=finding, site=finding.site, context=context, key=str(finding.pk))
