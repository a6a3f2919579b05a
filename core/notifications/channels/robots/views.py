"""Pages of group robots."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from core.idempotency import once_per_form_key
from core.listing import Empty
from core.models import Robot, RobotMessage
from core.notifications.channels.robots import managing
from core.notifications.channels.robots.filters import MessageFilter
from core.notifications.channels.robots.forms import RobotForm
from core.notifications.channels.robots.tables import MessageTable, RobotTable
from core.outgoing.views import EndpointList, EndpointPage, SendingList, send_test, try_again


class RobotList(EndpointList):
    """The robots of one's sites and company."""

    model, sending = Robot, RobotMessage
    table_class = RobotTable
    title = _("Group robots")
    icon = "chat-dots"
    template_name = "core/robots/robot_list.html"
    empty = Empty(
        title=_("No group robots yet"),
        text=_(
            "A robot tells a WeCom, DingTalk or Feishu group what happens: once per event, not per person."
        ),
        url_name="robots:add",
        label=_("Connect a group"),
    )


class RobotLog(SendingList):
    """What was said, and what was not."""

    model = RobotMessage
    table_class = MessageTable
    filterset_class = MessageFilter
    title = _("Log of group robots")
    icon = "chat-dots"
    empty = Empty(title=_("Nothing was said yet"), text=_("Every message to a group will stand here."))


class RobotPage(EndpointPage):
    """Connect a group, or change how it is told."""

    model = Robot
    form_class = RobotForm
    list_url = "robots:list"
    done_message = _("Saved.")

    @property
    def heading(self) -> Any:
        """What is done."""
        return self.endpoint.name if self.endpoint is not None else _("Connect a group")

    def save(self, form: RobotForm) -> str:
        """Keep it; then the list, whose button tests it."""
        if self.endpoint is None:
            managing.add_robot(user=self.request.user, **form.cleaned_data)
        else:
            managing.change_robot(user=self.request.user, robot=self.endpoint, **form.cleaned_data)
        return reverse("robots:list")


@require_POST
@once_per_form_key
def test(request: HttpRequest, pk: int) -> HttpResponse:
    """Say something harmless."""
    return send_test(
        request,
        Robot,
        pk,
        lambda user, robot: managing.test_robot(user=user, robot=robot),
        ("robots:log", "robots:list"),
    )


@require_POST
@once_per_form_key
def again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Try one message again."""
    return try_again(request, RobotMessage, pk, "robots:log")
