"""What can be done with one case: each is a form, shown again with what was typed when somebody was faster (F46)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import policies
from core.pages import FormPage
from incidents.forms import AssignForm, NoteForm, OtherCaseForm, StepForm, name_of
from incidents.models import Case
from incidents.selectors.reading import whole_cases
from incidents.selectors.steps import may_take
from incidents.services import handling, steps
from incidents.services.writing import StaleCase
from incidents.workflows import workflow_of
from organization.middleware import person_of
from organization.site_times import site_instant, site_wall


class CaseAct(FormPage):
    """Something done with a case. Subclasses name the action of the policy."""

    action = "change"

    def setup_page(self) -> None:
        """The case and the right to act on it."""
        self.case = policies.get_visible_or_404(self.request.user, whole_cases(), pk=self.kwargs["pk"])
        policies.require(self.request.user, self.action, self.case)

    def get_initial(self) -> dict[str, Any]:
        """The version looked at."""
        return {"version": self.case.version}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say which case."""
        return {**super().get_context_data(**kwargs), "intro": f"{self.case.number} {self.case.title}"}

    def cancel_url(self) -> str:
        """Back to the case."""
        return reverse("incidents:case", args=[self.case.pk])

    def save(self, form: Any) -> str:
        """Act; of somebody faster is told, and the next sending counts as having seen that."""
        try:
            self.act(form)
        except StaleCase as stale:
            form.data = form.data.copy()
            form.data["version"] = stale.case.version
            raise ValidationError(stale_text(stale.case)) from stale
        return self.cancel_url()

    def act(self, form: Any) -> None:
        """Call the service."""
        raise NotImplementedError


class CaseStep(CaseAct):
    """A step of the workflow: what it demands is asked for."""

    form_class = StepForm
    action = "view"

    def setup_page(self) -> None:
        """The step, possible or not: what is typed must not be lost because somebody was faster."""
        super().setup_page()
        try:
            self.step = workflow_of(self.case.kind).step(self.kwargs["step"])
        except LookupError:
            raise Http404 from None
        if not may_take(self.request.user, self.case, self.step):
            raise PermissionDenied(_("Your role does not allow this step."))
        self.heading = self.submit_label = self.step.label

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form; back to the case when the step does not lead on from where it stands."""
        if self.case.state not in self.step.sources:
            return redirect("incidents:case", self.case.pk)
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form is made from the step."""
        return {**super().get_form_kwargs(), "case": self.case, "step": self.step, "user": self.request.user}

    def act(self, form: Any) -> None:
        """Take the step."""
        with by_form_names():
            steps.take_step(
                user=person_of(self.request),
                case_id=self.case.pk,
                step=self.step.code,
                version=form.cleaned_data["version"],
                values=form.values(),
                uploads=form.cleaned_data.get("photos") or (),
            )


class CaseActRecord(CaseAct):
    """Something done beside the steps; a button may post it without opening the form."""

    form_class = StepForm
    action = "note"

    def setup_page(self) -> None:
        """The act."""
        super().setup_page()
        try:
            self.what = workflow_of(self.case.kind).act(self.kwargs["act"])
        except LookupError:
            raise Http404 from None
        self.heading = self.submit_label = self.what.label

    def get_initial(self) -> dict[str, Any]:
        """An act overwrites nothing, so it needs no version."""
        return {}

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form is made from the act."""
        return {**super().get_form_kwargs(), "case": self.case, "step": self.what, "user": self.request.user}

    def act(self, form: Any) -> None:
        """Record it."""
        with by_form_names():
            steps.record_act(
                user=person_of(self.request),
                case_id=self.case.pk,
                act=self.what.code,
                values=form.values(),
                uploads=form.cleaned_data.get("photos") or (),
            )


@contextmanager
def by_form_names() -> Iterator[None]:
    """Errors of a service name paths ("facts.level"); a form's fields are named "facts__level"."""
    try:
        yield
    except ValidationError as error:
        if not hasattr(error, "error_dict"):
            raise
        named = {name_of(path): problems for path, problems in error.error_dict.items()}
        raise ValidationError(named) from error


class CaseAssign(CaseAct):
    """Say who settles a case and until when."""

    form_class = AssignForm
    heading = gettext_lazy("Assign")

    def get_form_kwargs(self) -> dict[str, Any]:
        """People of the company."""
        return {**super().get_form_kwargs(), "site": self.case.site, "user": self.request.user}

    def get_initial(self) -> dict[str, Any]:
        """As it stands."""
        due = site_wall(self.case.due_at, self.case.site)
        return {**super().get_initial(), "person": self.case.assigned_to_id, "due_at": due}

    def act(self, form: Any) -> None:
        """Assign."""
        data = form.cleaned_data
        handling.assign_case(
            user=person_of(self.request),
            case_id=self.case.pk,
            version=data["version"],
            person=data["person"],
            due_at=site_instant(data["due_at"], self.case.site),
        )


class CaseNote(CaseAct):
    """Add a line to the timeline, or write to the resident."""

    form_class = NoteForm
    action = "note"
    heading = gettext_lazy("New note")

    def get_initial(self) -> dict[str, Any]:
        """A note adds; it never overwrites, so it needs no version. It may be begun as an answer to the resident."""
        return {"is_message": self.request.GET.get("to") == "resident"}

    def get_form_kwargs(self) -> dict[str, Any]:
        """Writing to residents is not everybody's."""
        may_message = policies.allowed(self.request.user, "message", self.case)
        people_url = reverse("incidents:case_people", args=[self.case.pk])
        return {**super().get_form_kwargs(), "may_message": may_message, "people_url": people_url}

    def act(self, form: Any) -> None:
        """Note."""
        handling.add_note(
            user=person_of(self.request),
            case_id=self.case.pk,
            text=form.cleaned_data["text"],
            is_internal=not form.cleaned_data.get("is_message"),
            uploads=form.cleaned_data["photos"],
        )


class CaseMerge(CaseAct):
    """Say that a case is the same matter as another."""

    form_class = OtherCaseForm
    action = "merge"
    heading = gettext_lazy("The same matter as another case")
    submit_label = gettext_lazy("Merge")

    def get_form_kwargs(self) -> dict[str, Any]:
        """Other cases of the site."""
        return {**super().get_form_kwargs(), "case": self.case, "user": self.request.user}

    def act(self, form: Any) -> None:
        """Merge."""
        handling.merge_duplicate(
            user=person_of(self.request),
            case_id=self.case.pk,
            version=form.cleaned_data["version"],
            original_id=form.cleaned_data["number"].pk,
        )


class CaseRecurrence(CaseMerge):
    """Say that the matter has happened before."""

    action = "change"
    heading = gettext_lazy("Happened before")
    submit_label = gettext_lazy("Link")

    def get_initial(self) -> dict[str, Any]:
        """The earlier case that was proposed."""
        return {**super().get_initial(), "number": self.request.GET.get("number", "")[:40]}

    def act(self, form: Any) -> None:
        """Link."""
        handling.link_recurrence(
            user=person_of(self.request),
            case_id=self.case.pk,
            version=form.cleaned_data["version"],
            earlier_id=form.cleaned_data["number"].pk,
        )


def stale_text(case: Case) -> str:
    """What somebody faster has stored meanwhile."""
    last = case.entries.select_related("actor").order_by("-pk").first()
    return _(
        "Somebody changed this case meanwhile: it stands at “%(state)s”, assigned to %(person)s. Last: %(who)s %(text)s "
        "What you typed is still here; check it and send it again."
    ) % {
        "state": workflow_of(case.kind).state(case.state).label,
        "person": case.assigned_to.name if case.assigned_to else _("nobody"),
        "who": last.actor.name if last is not None and last.actor is not None else "",
        "text": last.text[:200] if last is not None else "",
    }
