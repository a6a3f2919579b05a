"""Quarantine on the desk: what phones handed in and could not be taken."""

from __future__ import annotations

import json
from typing import Any

import django_filters
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from core import policies
from core.idempotency import once_per_form_key
from core.listing import Empty, ListPage
from core.models import Quarantine, QuarantineState
from core.offline.deciding import dismiss, release
from core.offline.tables import QuarantineTable
from core.offline.wording import reason_text
from core.pages import FormPage


class QuarantineFilter(django_filters.FilterSet):  # type: ignore[misc]  # untyped library
    """By decision; undecided ones unless asked otherwise."""

    state = django_filters.ChoiceFilter(
        label=gettext_lazy("Decision"), choices=QuarantineState.choices, empty_label=gettext_lazy("All")
    )

    class Meta:
        model = Quarantine
        fields = ("state",)


class QuarantineList(ListPage):
    """Records in quarantine at the user's sites, newest first."""

    model = Quarantine
    table_class = QuarantineTable
    filterset_class = QuarantineFilter
    title = gettext_lazy("Quarantine")
    icon = "shield-exclamation"
    search_fields = ("person__name", "kind", "reason")
    export_name = "quarantine"
    empty = Empty(
        title=gettext_lazy("Nothing is in quarantine"),
        text=gettext_lazy(
            "What a phone handed in and could not be taken as it was would wait here for your decision."
        ),
    )

    def get_queryset(self) -> QuerySet[Any]:
        """With everything the table prints, without the bodies."""
        return (
            Quarantine.objects.select_related("site", "person").defer("raw").order_by("-received_at", "-pk")
        )

    def may_open(self) -> bool:
        """Those who lead or oversee a site."""
        return policies.allowed(self.request.user, "view", Quarantine)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One record: who, when, why, and what was received."""
    kept = _visible(request, pk)
    facts = [
        (_("Handed in by"), kept.person),
        (_("Site"), kept.site),
        (_("Kind"), kept.kind),
        (_("Why"), reason_text(kept.reason)),
        (_("Detail"), kept.detail),
        (_("Photos it names"), len(kept.photos)),
    ]
    if kept.state != QuarantineState.OPEN:
        facts += [(_("Decided by"), kept.decided_by), (_("Note"), kept.note)]
    return render(
        request,
        "core/offline/quarantine_detail.html",
        {"kept": kept, "facts": facts, "text": _readable(kept)},
    )


@require_POST
@once_per_form_key
def release_record(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the record in after all."""
    kept = _visible(request, pk)
    try:
        release(quarantine=kept, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return HttpResponseRedirect(reverse("quarantine:detail", args=[pk]))
    messages.success(request, _("The record has been taken in."))
    return HttpResponseRedirect(reverse("quarantine:list"))


class DismissForm(forms.Form):
    """Why it is left out."""

    note = forms.CharField(
        label=gettext_lazy("Why it is left out"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class DismissPage(FormPage):
    """Leave a record out, with a note."""

    form_class = DismissForm
    heading = gettext_lazy("Dismiss the record")
    intro = gettext_lazy("The record stays readable here, with your note. Nothing of it counts.")
    submit_label = gettext_lazy("Dismiss")
    done_message = gettext_lazy("The record has been dismissed.")

    def setup_page(self) -> None:
        """404 for what is not theirs, 403 for who may not decide."""
        self.kept = _visible(self.request, self.kwargs["pk"])
        policies.require(self.request.user, "dismiss", self.kept)

    def save(self, form: Any) -> str:
        """Dismiss and go back to the list."""
        dismiss(quarantine=self.kept, by=self.request.user, note=form.cleaned_data["note"])
        return reverse("quarantine:list")

    def cancel_url(self) -> str:
        """Back to the record."""
        return reverse("quarantine:detail", args=[self.kept.pk])


def _visible(request: HttpRequest, pk: int) -> Quarantine:
    queryset = Quarantine.objects.select_related("site", "person", "decided_by")
    return policies.get_visible_or_404(request.user, queryset, pk=pk)


def _readable(kept: Quarantine) -> str:
    """What was received, indented where it is JSON."""
    try:
        return json.dumps(json.loads(kept.text), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        return kept.text
