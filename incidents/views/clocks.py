"""The clocks of one case: priority, pause, extension, "I am on it", the upward report."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from core import policies
from incidents.forms.clocks import (
    DecisionForm,
    ExtensionForm,
    PauseForm,
    PriorityForm,
    ResumeForm,
    UpwardReportForm,
)
from incidents.models import CaseKind
from incidents.selectors.reading import whole_cases
from incidents.selectors.upward import ITEM_LABELS, ITEMS, filled
from incidents.services import escalating, extending, pausing, prioritising, reporting_up
from incidents.views.acting import CaseAct
from organization.middleware import person_of
from organization.site_times import site_instant


class CasePriority(CaseAct):
    """Give a case another priority."""

    form_class = PriorityForm
    heading = gettext_lazy("Other priority")

    def get_initial(self) -> dict[str, Any]:
        """As it stands."""
        return {**super().get_initial(), "priority": self.case.priority}

    def act(self, form: Any) -> None:
        """Change it."""
        data = form.cleaned_data
        prioritising.change_priority(user=person_of(self.request), case_id=self.case.pk, **data)


class CasePause(CaseAct):
    """Let the limits stand still."""

    form_class = PauseForm
    heading = gettext_lazy("Pause the limits")
    submit_label = gettext_lazy("Pause")

    def act(self, form: Any) -> None:
        """Pause."""
        data = form.cleaned_data | {
            "expected_until": site_instant(form.cleaned_data["expected_until"], self.case.site)
        }
        pausing.pause(user=person_of(self.request), case_id=self.case.pk, **data)


class CaseResume(CaseAct):
    """Let them run again."""

    form_class = ResumeForm
    heading = gettext_lazy("Resume the limits")
    submit_label = gettext_lazy("Resume")

    def act(self, form: Any) -> None:
        """Resume."""
        pausing.resume(user=person_of(self.request), case_id=self.case.pk, **form.cleaned_data)


class CaseExtension(CaseAct):
    """Ask for more time."""

    form_class = ExtensionForm
    action = "view"
    heading = gettext_lazy("Ask for more time")
    submit_label = gettext_lazy("Ask")

    def setup_page(self) -> None:
        """Leaders, and whoever settles the case."""
        super().setup_page()
        if self.case.assigned_to_id != self.request.user.pk:
            policies.require(self.request.user, "change", self.case)

    def get_initial(self) -> dict[str, Any]:
        """A wish overwrites nothing, so it needs no version."""
        return {}

    def act(self, form: Any) -> None:
        """Ask."""
        until = site_instant(form.cleaned_data["until"], self.case.site)
        assert until is not None, "demanded by the form"
        extending.ask_extension(
            user=person_of(self.request),
            case_id=self.case.pk,
            until=until,
            reason=form.cleaned_data["reason"],
        )


class CaseExtensionDecide(CaseAct):
    """Grant or refuse more time."""

    form_class = DecisionForm
    action = "decide"
    heading = gettext_lazy("Decide on more time")
    submit_label = gettext_lazy("Decide")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say what was asked for."""
        context = super().get_context_data(**kwargs)
        asked = self.case.extensions.filter(is_granted=None).select_related("asked_by").first()
        if asked is not None:
            context["intro"] = f"{context['intro']}: {asked.asked_by.name}, “{asked.reason}”"
        return context

    def act(self, form: Any) -> None:
        """Decide."""
        extending.decide_extension(user=person_of(self.request), case_id=self.case.pk, **form.cleaned_data)


@require_POST
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """ "I am on it"."""
    escalating.acknowledge(user=person_of(request), case_id=pk)
    return redirect("incidents:case", pk)


class ReportUp(CaseAct):
    """Write and send the report that is owed."""

    form_class = UpwardReportForm
    heading = gettext_lazy("Report upward")

    def setup_page(self) -> None:
        """Only an incident that owes a report."""
        super().setup_page()
        report = self.case.upward_reports.filter(sent_at=None).first()
        if self.case.kind != CaseKind.INCIDENT or report is None:
            raise Http404
        self.report = report
        if report.is_supplement:
            self.heading = gettext_lazy("Supplement the report")

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form knows the report."""
        return {**super().get_form_kwargs(), "case": self.case, "report": self.report}

    def get_initial(self) -> dict[str, Any]:
        """The items as written, else as the case has them."""
        grade = self.case.incident.statutory_grade
        return {**filled(self.case, self.report), "version": self.report.version, "statutory_grade": grade}

    def act(self, form: Any) -> None:
        """Keep or send."""
        data = form.cleaned_data
        try:
            reporting_up.write_report(
                user=person_of(self.request),
                case_id=self.case.pk,
                version=data["version"],
                items={name: data[name] for name in ITEMS},
                statutory_grade=data.get("statutory_grade") or self.case.incident.statutory_grade,
                is_sent=data["is_sent"],
                sent_to=data["sent_to"],
                channel=data["channel"],
            )
        except reporting_up.StaleReport as stale:
            form.data = form.data.copy()
            form.data["version"] = self.report.version
            raise ValidationError(
                _(
                    "Somebody changed this report meanwhile. What you typed is still here; check it and send it again."
                )
            ) from stale


def report_up(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """A report as it is read and printed, on paper of the site's language."""
    case = policies.get_visible_or_404(request.user, whole_cases(), pk=pk)
    if not policies.allowed(request.user, "reporter", case):
        raise PermissionDenied(_("Your role does not allow this."))
    report = case.upward_reports.filter(number=number).select_related("sent_by").first()
    if report is None:
        raise Http404
    texts = (
        filled(case, report) if report.sent_at is None else {name: getattr(report, name) for name in ITEMS}
    )
    items = [(label, texts[name]) for name, label in ITEM_LABELS.items()]
    return render(request, "incidents/upward_report.html", {"case": case, "report": report, "items": items})
