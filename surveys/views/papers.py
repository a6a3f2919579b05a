"""Pages of paper forms: giving out, printing, typing in twice, settling."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from core import policies
from core.attachments import attachments_of
from core.idempotency import once_per_form_key
from core.pages import FormPage
from organization.middleware import person_of
from organization.models import Person
from surveys.entries import fields_of
from surveys.forms.entries import EntryForm, OpenFormsForm, ScansForm, SettleForm
from surveys.models import Evidence, PaperSheet, SheetState, Wave, WaveState
from surveys.papers.questionnaires import asked_only_if, paper_forms
from surveys.selectors.papers import LISTED, batches, blank_sheets, by_state, sheet_counts, waiting_sheets
from surveys.services import papers


def collected_wave(request: HttpRequest, pk: int) -> Wave:
    """The wave for which the person collects answers. Raises Http404, PermissionDenied."""
    wave = policies.get_visible_or_404(
        request.user, Wave.objects.select_related("site__company", "version"), pk=pk
    )
    policies.require(request.user, "collect", wave)
    if wave.is_standing:
        raise Http404
    return wave


@require_GET
def overview(request: HttpRequest, pk: int) -> HttpResponse:
    """How many forms stand where; a code typed or scanned leads to its form."""
    wave = collected_wave(request, pk)
    code = "".join(request.GET.get("code", "").split()).upper()[:20]
    if code:
        sheet = wave.sheets.filter(code=code).first()
        if sheet is not None:
            return redirect(_next_step(sheet, person_of(request)))
        mistyped = not papers.is_code(code)
        messages.error(request, _("This code is mistyped.") if mistyped else _("No form of this survey has this code."))  # fmt: skip
    counts = sheet_counts(wave)
    return render(
        request,
        "surveys/paper_list.html",
        {
            "wave": wave,
            "counts": by_state(counts),
            "batches": batches(counts),
            "waiting": waiting_sheets(wave)[:LISTED],
            "open_form": OpenFormsForm(),
            "is_running": wave.state == WaveState.OPEN,
            "code": code,
        },
    )


@require_POST
@once_per_form_key
def give_out(request: HttpRequest, pk: int, evidence: str) -> HttpResponse:
    """Make forms: for everybody invited, or a number to be laid out."""
    wave = collected_wave(request, pk)
    if evidence not in Evidence.values:
        raise Http404
    try:
        if evidence == Evidence.PERSONAL:
            made = papers.give_out_personal(user=person_of(request), wave=wave)
        else:
            form = OpenFormsForm(request.POST)
            count = form.cleaned_data["count"] if form.is_valid() else 0
            made = papers.give_out_open(user=person_of(request), wave=wave, count=count)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("%(count)d forms are ready to be printed.") % {"count": len(made)})
    return redirect("surveys:paper", pk=wave.pk)


@require_POST
@once_per_form_key
def returned(request: HttpRequest, pk: int) -> HttpResponse:
    """The envelope of a household came back."""
    wave = collected_wave(request, pk)
    try:
        papers.note_returned(user=person_of(request), wave=wave, unit=request.POST.get("unit", "")[:40])
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Noted. This household is asked no more."))
    return redirect("surveys:paper", pk=wave.pk)


@require_GET
def printed(request: HttpRequest, pk: int, evidence: str, number: int) -> HttpResponse:
    """Forms that are not typed in yet, as PDF; number 0 is a specimen without a code."""
    wave = collected_wave(request, pk)
    if evidence not in Evidence.values:
        raise Http404
    sheets = blank_sheets(wave, evidence, number) if number else []
    if number and not sheets:
        raise Http404
    response = HttpResponse(paper_forms(wave, sheets), content_type="application/pdf")
    name = f"survey-{wave.pk}-{evidence}-{number}.pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


@require_GET
def sheet_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One form: how far it is, its scans, what can be done."""
    sheet = _sheet(request, pk)
    may_enter = policies.allowed(request.user, "enter", sheet)
    context = {
        "sheet": sheet,
        "wave": sheet.wave,
        "scans": attachments_of(sheet),
        "may_enter": may_enter and sheet.wave.state == WaveState.OPEN,
        "is_first_typist": sheet.first_by_id == request.user.pk,
    }
    return render(request, "surveys/sheet_detail.html", context)


@require_POST
@once_per_form_key
def sheet_void(request: HttpRequest, pk: int) -> HttpResponse:
    """Set a form aside."""
    sheet = _sheet(request, pk)
    try:
        papers.void_sheet(user=person_of(request), sheet_id=sheet.pk)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("surveys:paper", pk=sheet.wave_id)


class SheetPage(FormPage):
    """Something done with one form."""

    def setup_page(self) -> None:
        """The form, and the right to type."""
        self.sheet = _sheet(self.request, self.kwargs["pk"])
        policies.require(self.request.user, "enter", self.sheet)
        self.fields = fields_of(list(self.sheet.wave.version.questions.order_by("position")))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form and its survey."""
        return super().get_context_data(sheet=self.sheet, wave=self.sheet.wave, **kwargs)

    def cancel_url(self) -> str:
        """Back to the survey's forms."""
        return reverse("surveys:paper", args=[self.sheet.wave_id])


class SheetEnter(SheetPage):
    """Type a form in: the first or the second time. The other entry is not shown."""

    template_name = "surveys/sheet_enter.html"
    form_class = EntryForm
    submit_label = gettext_lazy("Keep and go on")

    def setup_page(self) -> None:
        """Once more, say whose turn it is."""
        super().setup_page()
        is_second = self.sheet.state == SheetState.FIRST
        text = _("Form %(code)s, second entry") if is_second else _("Form %(code)s, first entry")
        self.heading = text % {"code": self.sheet.code}

    def get_form_kwargs(self) -> dict[str, Any]:
        """The questions in the order of the paper."""
        only = asked_only_if(self.sheet.wave)
        return {**super().get_form_kwargs(), "entry_fields": self.fields, "only": only, "scans": True}

    def save(self, form: Any) -> str:
        """The entry; then the next form, or what differs."""
        sheet = papers.enter_sheet(
            user=person_of(self.request),
            sheet_id=self.sheet.pk,
            typed=form.typed,
            scans=form.cleaned_data["scans"],
        )
        if sheet.state == SheetState.DIFFERS:
            messages.warning(self.request, _("The two entries differ; look at the paper again."))
            return reverse("surveys:sheet_settle", args=[sheet.pk])
        told = _("Both entries agree: it counts.") if sheet.state == SheetState.AGREED else _("First entry kept. Somebody else types it the second time.")  # fmt: skip
        messages.success(self.request, told)
        return self.cancel_url()


class SheetSettle(SheetPage):
    """What the paper says where the two entries differ."""

    template_name = "surveys/sheet_enter.html"
    form_class = SettleForm
    heading = gettext_lazy("Where the two entries differ")
    intro = gettext_lazy("Look at the paper and type what it says.")
    submit_label = gettext_lazy("This is what the form says")

    def get_form_kwargs(self) -> dict[str, Any]:
        """Only the questions that differ."""
        differing = [field for field in self.fields if field.key in self.sheet.mismatches]
        both = {"first": self.sheet.first, "second": self.sheet.second}
        return {**super().get_form_kwargs(), "entry_fields": differing, **both}

    def save(self, form: Any) -> str:
        """Settle it."""
        papers.settle_sheet(user=person_of(self.request), sheet_id=self.sheet.pk, typed=form.typed)
        messages.success(self.request, _("Settled by the paper: it counts."))
        return self.cancel_url()


class SheetScans(SheetPage):
    """Pictures of the form as evidence."""

    form_class = ScansForm
    heading = gettext_lazy("Scan or photo of the form")

    def save(self, form: Any) -> str:
        """Keep them."""
        papers.keep_scans(
            user=person_of(self.request), sheet_id=self.sheet.pk, scans=form.cleaned_data["scans"]
        )
        return reverse("surveys:sheet", args=[self.sheet.pk])


def _sheet(request: HttpRequest, pk: int) -> PaperSheet:
    rows = PaperSheet.objects.select_related(
        "wave__site__company", "wave__version", "first_by", "second_by", "invitation__household", "stratum"
    )
    return policies.get_visible_or_404(request.user, rows, pk=pk)


def _next_step(sheet: PaperSheet, person: Person) -> str:
    is_own = sheet.state == SheetState.FIRST and sheet.first_by_id == person.pk
    if is_own or sheet.wave.state != WaveState.OPEN:
        return reverse("surveys:sheet", args=[sheet.pk])  # which says why it is not typed in
    match sheet.state:
        case SheetState.BLANK | SheetState.FIRST:
            return reverse("surveys:sheet_enter", args=[sheet.pk])
        case SheetState.DIFFERS:
            return reverse("surveys:sheet_settle", args=[sheet.pk])
    return reverse("surveys:sheet", args=[sheet.pk])
