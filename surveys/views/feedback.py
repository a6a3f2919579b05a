"""Pages of "you said, we did"."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from core import policies
from core.idempotency import once_per_form_key
from core.listing import Empty, ListPage
from core.pages import FormPage
from organization.middleware import person_of
from organization.views.publishing import site_for
from surveys.forms.meetings import FeedbackForm
from surveys.models import SaidDone, Wave
from surveys.services import feedback
from surveys.tables_meetings import FeedbackTable


class FeedbackList(ListPage):
    """What residents said and what was done about it."""

    model = SaidDone
    table_class = FeedbackTable
    title = _("You said, we did")
    icon = "chat-left-text"
    site_path = "site"
    template_name = "surveys/feedback_list.html"
    empty = Empty(
        title=_("Nothing has been told to residents yet"),
        text=_("Who sees that an answer changed something answers again. Write what was said and what was done, then publish it."),
        url_name="surveys:feedback_add",
        label=pgettext_lazy("of what residents said", "New line"),
        permission=lambda user: policies.allowed(user, "add", SaidDone),
    )  # fmt: skip

    def may_open(self) -> bool:
        """Those who learn the results."""
        return policies.allowed(self.request.user, "view", SaidDone)

    def get_queryset(self) -> QuerySet[SaidDone]:
        """With their sites."""
        return SaidDone.objects.select_related("site")

    def get_context(self) -> dict[str, Any]:
        """Who may write."""
        return {"may_add": policies.allowed(self.request.user, "add", SaidDone)}


@require_GET
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """One line in every language, and whether residents read it."""
    row = _item(request, pk)
    context = {
        "row": row,
        "texts": [(code, row.said.text(code), row.did.text(code)) for code in sorted({*row.said, *row.did})],
        "state": state_of(row),
        "may_change": policies.allowed(request.user, "publish", row),
    }
    return render(request, "surveys/feedback_item.html", context)


def state_of(row: SaidDone) -> tuple[Any, str]:
    """Whether residents read it now, in words with a tone."""
    if row.published_at is None:
        return _("Draft"), "warn"
    if row.withdrawn_at is not None:
        return _("Withdrawn"), "idle"
    return _("Shown to residents"), "ok"


class FeedbackEdit(FormPage):
    """One line, new or present; a new one may name the wave it comes from (?wave=12)."""

    form_class = FeedbackForm
    heading: Any = _("You said, we did")
    intro = _("Plain words, no names. Write it in one language at least; readers of the others get the nearest one.")  # fmt: skip

    def setup_page(self) -> None:
        """Those who run surveys at the site."""
        key = self.kwargs.get("pk")
        if key is not None:
            self.instance = _item(self.request, key)
            policies.require(self.request.user, "change", self.instance)
        elif wave_key := self.request.GET.get("wave", ""):
            wave = policies.get_visible_or_404(
                self.request.user, Wave.objects.select_related("site"), pk=wave_key
            )
            policies.require(self.request.user, "add", SaidDone, parent=wave.site)
            self.instance = SaidDone(site=wave.site, wave=wave)
        else:
            self.instance = SaidDone(site=site_for(self.request, SaidDone))

    def get_form_kwargs(self) -> dict[str, Any]:
        """Waves and action items of the site."""
        return {**super().get_form_kwargs(), "site": self.instance.site}

    def cancel_url(self) -> str:
        """Back to it, or to the list."""
        if "pk" not in self.kwargs:
            return reverse("surveys:feedback")
        return reverse("surveys:feedback_item", args=[self.instance.pk])

    def save(self, form: Any) -> str:
        """Write it; publishing is an act of its own."""
        row = feedback.save_feedback(user=person_of(self.request), feedback=form.instance)
        return reverse("surveys:feedback_item", args=[row.pk])


@require_POST
@once_per_form_key
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Show it to residents."""
    row = _item(request, pk)
    try:
        feedback.publish_feedback(user=person_of(request), feedback_id=row.pk)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("surveys:feedback_item", pk=row.pk)


@require_POST
@once_per_form_key
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it away from residents."""
    row = _item(request, pk)
    feedback.withdraw_feedback(user=person_of(request), feedback_id=row.pk)
    return redirect("surveys:feedback_item", pk=row.pk)


def _item(request: HttpRequest, pk: int) -> SaidDone:
    rows = SaidDone.objects.select_related("site", "wave", "action", "published_by")
    return policies.get_visible_or_404(request.user, rows, pk=pk)
