"""Navigation of surveys."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import navigation, policies
from core.navigation import Entry
from surveys.models import Wave


def may_read(user: Any) -> bool:
    """Those who see surveys at one of their sites."""
    return policies.allowed(user, "view", Wave)


navigation.register(
    Entry(
        "surveys",
        _("Surveys"),
        "surveys:home",
        order=72,
        icon="clipboard2-data",
        permission=may_read,
        prefixes=("/surveys/",),
    )
)
for child in (
    Entry("surveys-home", _("Calendar"), "surveys:home", order=10),
    Entry("surveys-waves", _("Survey waves"), "surveys:waves", order=20, prefixes=("/surveys/waves/",)),
    Entry(
        "surveys-after-service",
        pgettext_lazy("surveys", "After a service"),
        "surveys:after_service",
        order=25,
        prefixes=("/surveys/after-service/",),
    ),
    Entry(
        "surveys-questionnaires",
        _("Questionnaires"),
        "surveys:questionnaires",
        order=30,
        prefixes=("/surveys/questionnaires/",),
    ),
    Entry("surveys-plans", _("Survey plans"), "surveys:plans", order=80, prefixes=("/surveys/plans/",)),
):
    navigation.register_child("surveys", child)
