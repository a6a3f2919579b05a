"""Mailboxes: the list with what trouble there is, setting one up, looking into it now."""

from typing import Any, ClassVar

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from core import policies
from core.listing import Empty, ListPage
from core.outgoing import in_words
from core.pages import FormPage
from incidents.forms.mailboxes import MailboxForm
from incidents.models import Mailbox
from incidents.services import mailboxes
from incidents.tables import MailboxTable
from incidents.views.prepared import company_of
from organization.middleware import person_of


class MailboxList(ListPage):
    """Mailboxes."""

    model: ClassVar[Any] = Mailbox
    table_class: ClassVar[Any] = MailboxTable
    title = _("Mailboxes")
    icon = "envelope"
    site_path = "site"
    template_name = "incidents/mailbox_list.html"
    empty = Empty(
        title=_("No mailbox yet"),
        text=_(
            "Mails to a mailbox become cases; whoever wrote follows theirs by link and is answered by mail."
        ),
    )

    def may_open(self) -> bool:
        """Those who keep them."""
        return policies.allowed(self.request.user, "add", Mailbox)

    def get_queryset(self) -> QuerySet[Any]:
        """With their sites."""
        return Mailbox.objects.select_related("site")


class MailboxEdit(FormPage):
    """One mailbox, new or present."""

    form_class: Any = MailboxForm
    heading: Any = _("New mailbox")
    intro: Any = _(
        "Orderly looks into it every minute, marks what it has taken as read, and deletes nothing. It begins with what comes from now on."
    )

    def setup_page(self) -> None:
        """Those who keep it."""
        key = self.kwargs.get("pk")
        user: Any = self.request.user
        if key is None:
            policies.require(user, "add", Mailbox)
            self.instance = Mailbox(company=company_of(self.request))
            return
        self.instance = policies.get_visible_or_404(user, Mailbox.objects.select_related("site"), pk=key)
        policies.require(user, "change", self.instance)
        self.heading = str(self.instance)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Sites of the person."""
        return {**super().get_form_kwargs(), "user": self.request.user}

    def cancel_url(self) -> str:
        """Back to the list."""
        return reverse("incidents:mailboxes")

    def save(self, form: Any) -> str:
        """Write it."""
        mailboxes.save_mailbox(
            user=person_of(self.request), mailbox=form.instance, password=form.cleaned_data["password"]
        )
        return self.cancel_url()


@require_POST
def look_now(request: HttpRequest, pk: int) -> HttpResponse:
    """Look into a mailbox at once and say what was found."""
    mailbox = policies.get_visible_or_404(request.user, Mailbox, pk=pk)
    policies.require(request.user, "change", mailbox)
    taken = mailboxes.look_into(mailbox.pk)
    mailbox.refresh_from_db()
    if mailbox.trouble:
        messages.error(request, in_words(mailbox.trouble))
    else:
        said = ngettext("%(n)s mail was taken.", "%(n)s mails were taken.", taken) % {"n": taken}
        messages.success(request, said)
    return redirect("incidents:mailboxes")


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a mailbox."""
    mailboxes.remove_mailbox(user=person_of(request), mailbox_id=pk)
    return redirect("incidents:mailboxes")
