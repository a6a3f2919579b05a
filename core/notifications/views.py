"""Pages of a person's own notifications."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from core import policies
from core.listing import Empty, ListPage
from core.models import Notification
from core.notifications.channels.in_app import mark_all_read, mark_read, unread_count
from core.notifications.forms import PreferencesForm
from core.notifications.preferences import choose
from core.notifications.tables import NotificationTable
from core.notifications.wording import message_of
from core.pages import FormPage

#: Notifications shown in the menu under the bell.
NEWEST = 8


class NotificationList(ListPage):
    """Everything I was told, newest first."""

    model = Notification
    table_class = NotificationTable
    title = _("Notifications")
    icon = "bell"
    template_name = "core/notifications/notification_list.html"
    empty = Empty(
        title=_("Nothing to tell you yet"),
        text=_("Missed rounds, new cases and finished reports will appear here."),
    )

    def get_queryset(self) -> QuerySet[Any]:
        """With site and recipient, for the words and times."""
        return Notification.objects.select_related("site", "recipient__company").order_by("-id")

    def get_context(self) -> dict[str, Any]:
        """How many are unread, for the button that ticks them all off."""
        return {"unread": unread_count(self.request.user)}


@require_GET
def unread(request: HttpRequest) -> JsonResponse:
    """How many I have not read: {"unread": n}, counted up to 100."""
    return JsonResponse({"unread": unread_count(request.user)}, headers={"Cache-Control": "no-store"})


@require_GET
def bell(request: HttpRequest) -> HttpResponse:
    """The menu under the bell: the newest notifications, as a part of a page."""
    mine = policies.visible(request.user, Notification.objects.select_related("site", "recipient__company"))
    rows = list(mine.order_by("-id")[:NEWEST])
    for row in rows:
        row.message = message_of(row)  # type: ignore[attr-defined]  # read by the template only
    context = {"notifications": rows, "unread": unread_count(request.user)}
    return TemplateResponse(request, "core/notifications/_bell.html", context)


@require_POST
def read(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Tick one off and go to what it is about."""
    notification = policies.get_visible_or_404(request.user, Notification, pk=pk)
    mark_read(notification=notification)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    return HttpResponseRedirect(notification.url or reverse("notifications:list"))


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Tick everything off."""
    mark_all_read(person=request.user)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    return HttpResponseRedirect(reverse("notifications:list"))


class Preferences(FormPage):
    """What I get by mail."""

    form_class = PreferencesForm
    heading = _("What you get by mail")
    intro = _("Everything appears under the bell. Choose what is also sent to your e-mail address.")
    done_message = _("Saved.")

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form shows this person's choices."""
        return {**super().get_form_kwargs(), "person": self.request.user}

    def save(self, form: PreferencesForm) -> str:
        """Keep the choices."""
        choose(person=self.request.user, wanted=form.wanted())
        return reverse("notifications:list")

    def cancel_url(self) -> str:
        """Back to the list."""
        return reverse("notifications:list")
