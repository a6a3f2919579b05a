"""To whom the monthly reports go."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from core import policies
from core.idempotency import once_per_form_key
from core.listing import Empty, ListPage
from core.pages import FormPage
from kpi.forms.schedules import ScheduleForm
from kpi.models import ReportSchedule
from kpi.services.scheduling import remove_schedule, save_schedule
from kpi.tables import ReportScheduleTable
from organization.middleware import person_of


class ScheduleList(ListPage):
    """Schedules of the sites one oversees, and of the company."""

    model = ReportSchedule
    table_class = ReportScheduleTable
    title = _("Who gets the monthly reports")
    icon = "calendar-check"
    site_path = "site"
    template_name = "kpi/schedule_list.html"
    empty = Empty(
        title=_("The managers get every report"),
        text=_("Add others here: colleagues, the owners' committee, the client."),
        url_name="kpi:schedule_add",
        label=_("Add a schedule"),
        permission=lambda user: policies.allowed(user, "add", ReportSchedule),
    )

    def may_open(self) -> bool:
        """Those who oversee a site."""
        return policies.allowed(self.request.user, "view", ReportSchedule)

    def get_queryset(self) -> QuerySet[Any]:
        """With site and people."""
        return ReportSchedule.objects.select_related("site").prefetch_related("people")

    def get_context(self) -> dict[str, Any]:
        """A button for those who keep them."""
        return {"may_add": policies.allowed(self.request.user, "add", ReportSchedule)}


class ScheduleEdit(FormPage):
    """One schedule, new or present."""

    form_class: Any = ScheduleForm
    heading: Any = _("New schedule")
    intro = _(
        "The report goes out at eight on the first working day after the month. The managers of a site get its report in any case."
    )
    template_name = "kpi/schedule_form.html"

    def setup_page(self) -> None:
        """Those who keep it."""
        user = person_of(self.request)
        key = self.kwargs.get("pk")
        if key is None:
            policies.require(user, "add", ReportSchedule)
            self.instance = ReportSchedule(company=user.company, language="")
            return
        rows = ReportSchedule.objects.select_related("site", "company")
        self.instance = policies.get_visible_or_404(user, rows, pk=key)
        policies.require(user, "change", self.instance)
        self.heading = self.instance.name

    def get_form_kwargs(self) -> dict[str, Any]:
        """Sites and people of the person."""
        return {**super().get_form_kwargs(), "user": self.request.user}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether it may be removed."""
        may_remove = not self.instance._state.adding and policies.allowed(
            self.request.user, "delete", self.instance
        )
        return super().get_context_data(schedule=self.instance, may_remove=may_remove, **kwargs)

    def cancel_url(self) -> str:
        """Back to the list."""
        return reverse("kpi:schedules")

    def save(self, form: Any) -> str:
        """Write it."""
        save_schedule(
            user=person_of(self.request), schedule=form.instance, people=form.cleaned_data["people"]
        )
        return self.cancel_url()


@require_POST
@once_per_form_key
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a schedule; what it sent stays in the record."""
    schedule = policies.get_visible_or_404(request.user, ReportSchedule.objects.select_related("site"), pk=pk)
    remove_schedule(user=person_of(request), schedule=schedule)
    return redirect("kpi:schedules")
