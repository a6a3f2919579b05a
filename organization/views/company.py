"""Pages of the company: details, departments, calendar."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from core import policies
from core.listing import Empty, ListPage
from core.pages import FormPage
from organization.forms.company import CompanyForm, DepartmentForm, HolidayForm
from organization.models import Company, Department, Holiday
from organization.services import companies
from organization.tables import DepartmentTable, HolidayTable


def company_of(request: HttpRequest) -> Company:
    """The user's company, or 404 for the installation's administrator without one."""
    company: Company | None = request.user.company  # type: ignore[union-attr]
    if company is None:
        raise Http404
    return company


class CompanyChange(FormPage):
    """Change the company."""

    form_class = CompanyForm
    heading = _("Company")
    done_message = _("Saved.")

    def setup_page(self) -> None:
        """Company-wide roles."""
        self.instance = company_of(self.request)
        policies.require(self.request.user, "change", self.instance)

    def save(self, form: Any) -> str:
        """Change it."""
        companies.change_company(actor=self.request.user, company=self.instance, **form.cleaned_data)
        return reverse("organization:company")


class DepartmentList(ListPage):
    """Departments."""

    model = Department
    table_class = DepartmentTable
    title = _("Departments")
    icon = "diagram-3"
    search_fields = ("name", "head__name")
    template_name = "organization/department_list.html"
    empty = Empty(
        title=_("No departments yet"),
        text=_("For example order maintenance, engineering, customer service."),
        url_name="organization:department_add",
        label=_("New department"),
    )

    def get_queryset(self) -> QuerySet[Department]:
        """With site and head."""
        return Department.objects.select_related("site", "head")


class DepartmentAdd(FormPage):
    """A new department."""

    form_class = DepartmentForm
    heading = _("New department")

    def setup_page(self) -> None:
        """Managers."""
        self.company = company_of(self.request)
        policies.require(self.request.user, "add", Department)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Sites and people the manager sees."""
        return {**super().get_form_kwargs(), "user": self.request.user}

    def cancel_url(self) -> str:
        """Back to the list."""
        return reverse("organization:departments")

    def save(self, form: Any) -> str:
        """Add it."""
        companies.add_department(actor=self.request.user, company=self.company, **form.cleaned_data)
        return self.cancel_url()


class DepartmentChange(DepartmentAdd):
    """Change a department."""

    heading = _("Department")

    def setup_page(self) -> None:
        """Managers."""
        self.instance = policies.get_visible_or_404(self.request.user, Department, pk=self.kwargs["pk"])
        policies.require(self.request.user, "change", Department)

    def save(self, form: Any) -> str:
        """Change it."""
        companies.change_department(actor=self.request.user, department=self.instance, **form.cleaned_data)
        return self.cancel_url()


class HolidayList(ListPage):
    """The company's calendar of holidays and worked weekends."""

    model = Holiday
    table_class = HolidayTable
    title = _("Holidays")
    icon = "calendar-event"
    template_name = "organization/holiday_list.html"
    empty = Empty(
        title=_("No holidays yet"),
        text=_("Plans may skip holidays; a weekend that is worked instead is entered here too."),
        url_name="organization:holiday_add",
        label=_("New day"),
    )


class HolidayAdd(FormPage):
    """A new day in the calendar."""

    form_class = HolidayForm
    heading = _("New day")

    def setup_page(self) -> None:
        """Company-wide roles."""
        self.company = company_of(self.request)
        policies.require(self.request.user, "add", Holiday, parent=self.company)

    def cancel_url(self) -> str:
        """Back to the calendar."""
        return reverse("organization:holidays")

    def save(self, form: Any) -> str:
        """Add it."""
        companies.add_holiday(actor=self.request.user, company=self.company, **form.cleaned_data)
        return self.cancel_url()


@require_POST
def holiday_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a day off the calendar."""
    holiday = policies.get_visible_or_404(request.user, Holiday, pk=pk)
    companies.remove_holiday(actor=request.user, holiday=holiday)
    return redirect("organization:holidays")
