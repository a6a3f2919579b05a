"""Pages of an import: the file, the check with the fate of each row, the decision."""

from io import BytesIO
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import get_valid_filename
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from core import navigation, policies
from core.idempotency.forms import once_per_form_key
from core.imports import checking, template
from core.imports.declaring import Importer, importer_of
from core.imports.fates import LABELS, TONES, Fate
from core.imports.forms import ImportForm
from core.jobs.views import shown_job
from core.models import ImportRun
from core.pages import FormPage

PER_PAGE = 100
#: Refused rows first: they are what there is to do.
ORDER = [Fate.REFUSED, Fate.CHANGED, Fate.NEW, Fate.UNCHANGED]


def _importer(name: str) -> Importer:
    try:
        return importer_of(name)
    except LookupError:
        raise Http404 from None


class ImportStart(FormPage):
    """Take a file and check it."""

    template_name = "core/imports/import_form.html"
    form_class = ImportForm
    submit_label = _("Check the file")

    def setup_page(self) -> None:
        """Those the importer names."""
        self.importer = _importer(self.kwargs["importer"])
        self.importer.require(self.request.user)
        self.heading = self.importer.title
        self.intro = self.importer.text

    def get_form_kwargs(self) -> dict[str, Any]:
        """The sites where the person may."""
        return {**super().get_form_kwargs(), "user": self.request.user, "importer": self.importer}

    def get_initial(self) -> dict[str, Any]:
        """The site in the header."""
        site = navigation.current_site(self.request)
        return {"site": site.pk} if site is not None else {}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What each column means, and the files to fill in."""
        return super().get_context_data(importer=self.importer, **kwargs)

    def cancel_url(self) -> str:
        """Back to what was imported before."""
        return reverse(self.importer.list_url)

    def save(self, form: Any) -> str:
        """The dry run."""
        site = form.sites[form.cleaned_data["site"]]
        run = checking.check(
            actor=self.request.user, importer=self.importer, site=site, file=form.cleaned_data["file"]
        )
        return run.get_absolute_url()


@require_GET
def import_template(request: HttpRequest, importer: str, form: str) -> HttpResponse:
    """The file to fill in, in the reader's language."""
    declared = _importer(importer)
    declared.require(request.user)
    if form not in template.FORMS:
        raise Http404
    name = get_valid_filename(f"{declared.name.rsplit('.', 1)[-1]}.{form}")
    if form == "csv":
        response = HttpResponse(template.csv_template(declared), content_type="text/csv; charset=utf-8")
    else:
        file = BytesIO()
        template.write_xlsx_template(declared, file)
        response = HttpResponse(file.getvalue(), content_type=template.XLSX_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _run(request: HttpRequest, pk: UUID) -> ImportRun:
    return policies.get_visible_or_404(request.user, ImportRun.objects.select_related("site", "job"), pk=pk)


@require_GET
def detail(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The check, the work or the outcome."""
    run = _run(request, pk)
    importer = _importer(run.importer)
    chosen = request.GET.get("fate", "")
    fates = sorted(
        (row for row in run.fates if chosen not in LABELS or row["fate"] == chosen),
        key=lambda row: (ORDER.index(row["fate"]), row["line"]),
    )
    page = Paginator(fates, PER_PAGE).get_page(request.GET.get("page"))
    for row in page.object_list:
        row["label"], row["tone"] = LABELS[row["fate"]], TONES[row["fate"]]
    context = {
        "run": run,
        "importer": importer,
        "importer_url": reverse("imports:start", args=[importer.name]),
        "list_url": reverse(importer.list_url),
        "page": page,
        "chosen": chosen if chosen in LABELS else "",
        "tabs": _tabs(run, chosen),
        "may_confirm": run.state == ImportRun.State.CHECKED and not run.refused and run.effective,
        "job": shown_job(run.job) if run.job else None,
    }
    return TemplateResponse(request, "core/imports/import_detail.html", context)


def _tabs(run: ImportRun, chosen: str) -> list[dict[str, Any]]:
    """All rows, and those of each fate, with how many there are."""
    tabs = [
        {
            "label": _("All rows"),
            "url": "?",
            "current": chosen not in LABELS,
            "count": sum(run.counts.values()),
        }
    ]
    tabs += [
        {"label": label, "url": f"?fate={fate}", "current": chosen == fate, "count": run.counts.get(fate, 0)}
        for fate, label in LABELS.items()
    ]
    return tabs


@require_POST
@once_per_form_key
def decide(request: HttpRequest, pk: UUID, act: str) -> HttpResponse:
    """Confirm or discard the checked file."""
    if act not in ("confirm", "discard"):
        raise Http404
    run = _run(request, pk)
    try:
        if act == "confirm":
            checking.confirm(actor=request.user, run=run)
        else:
            checking.discard(actor=request.user, run=run)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("imports:start", run.importer) if act == "discard" else redirect(run)
