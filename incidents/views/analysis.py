"""The analysis report of a case: read with cases like it, written, submitted, approved or sent back."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import policies
from core.pages import FormPage
from incidents.forms.analysis import BRANCH_LABELS, AnalysisForm, ReturnReportForm, SeenReportForm
from incidents.models import AnalysisReport, Case
from incidents.selectors.analysis import report_of, similar_cases
from incidents.selectors.reading import photos_of, whole_cases
from incidents.services import analysing
from organization.middleware import person_of


def analysis_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The report, cases like it beside it."""
    case = policies.get_visible_or_404(request.user, whole_cases(), pk=pk)
    report = report_of(case) or AnalysisReport(case=case)
    context = {
        "case": case,
        "report": report,
        "is_begun": report.author_id is not None,
        "branches": [(BRANCH_LABELS[name], causes) for name, causes in report.branches if causes],
        "similar": similar_cases(request.user, case),
        "photos": photos_of(case),
    }
    return render(request, "incidents/analysis_detail.html", context)


class AnalysisWrite(FormPage):
    """Write the report."""

    form_class: type[forms.BaseForm] = AnalysisForm
    heading = _("Analysis report")
    action = "analyse"

    def setup_page(self) -> None:
        """The case and its report."""
        self.case = policies.get_visible_or_404(
            self.request.user, Case.objects.select_related("site"), pk=self.kwargs["pk"]
        )
        policies.require(self.request.user, self.action, self.case)
        self.instance = report_of(self.case) or AnalysisReport(case=self.case)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Only the form that writes is made from the report."""
        kwargs = super().get_form_kwargs()
        if not issubclass(self.form_class, AnalysisForm):
            del kwargs["instance"]
            kwargs["initial"] = {"version": self.instance.version}
        return kwargs

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say which case."""
        return {**super().get_context_data(**kwargs), "intro": f"{self.case.number} {self.case.title}"}

    def cancel_url(self) -> str:
        """Back to the report."""
        return reverse("incidents:analysis", args=[self.case.pk])

    def save(self, form: Any) -> str:
        """Call the service; the next sending counts as having seen what somebody else wrote."""
        try:
            self.act(form)
        except ValidationError:
            form.data = form.data.copy()
            present = report_of(self.case)
            form.data["version"] = present.version if present is not None else 1
            raise
        return self.cancel_url()

    def act(self, form: Any) -> None:
        """Write."""
        analysing.write_report(
            user=person_of(self.request),
            case_id=self.case.pk,
            version=form.cleaned_data["version"],
            values=form.values(),
        )


class AnalysisSubmit(AnalysisWrite):
    """Hand it in."""

    form_class = SeenReportForm
    heading = submit_label = _("Submit the report")

    def act(self, form: Any) -> None:
        """Submit."""
        analysing.submit_report(user=person_of(self.request), case_id=self.case.pk, **form.cleaned_data)


class AnalysisApprove(AnalysisWrite):
    """Approve it."""

    form_class = SeenReportForm
    heading = submit_label = _("Approve the report")
    action = "approve_analysis"

    def act(self, form: Any) -> None:
        """Approve."""
        analysing.approve_report(user=person_of(self.request), case_id=self.case.pk, **form.cleaned_data)


class AnalysisReturn(AnalysisWrite):
    """Send it back."""

    form_class = ReturnReportForm
    heading = submit_label = _("Send the report back")
    action = "approve_analysis"

    def act(self, form: Any) -> None:
        """Return."""
        analysing.return_report(user=person_of(self.request), case_id=self.case.pk, **form.cleaned_data)
