"""How the log of robots can be narrowed."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from core import policies
from core.models import Robot, RobotMessage, SendingState


def _robots(request: Any) -> Any:
    return policies.visible(request.user, Robot.objects.all())


class MessageFilter(django_filters.FilterSet):
    """By robot and state."""

    robot = django_filters.ModelChoiceFilter(label=_("Group robot"), queryset=_robots)
    state = django_filters.ChoiceFilter(label=_("State"), choices=SendingState.choices)

    class Meta:
        model = RobotMessage
        fields = ("robot", "state")
