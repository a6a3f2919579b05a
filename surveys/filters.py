"""Filters of the lists."""

import django_filters
from django.utils.translation import gettext_lazy as _

from surveys.models import Invitation, InvitationState


class InvitationFilter(django_filters.FilterSet):
    """By what became of it."""

    state = django_filters.ChoiceFilter(label=_("State"), choices=InvitationState.choices)

    class Meta:
        model = Invitation
        fields = ("state",)
