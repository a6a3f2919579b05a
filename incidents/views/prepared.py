"""Templates of frequent cases and rules of simplified approval: seen by everybody they apply to, kept by the leaders."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from core import policies
from core.idempotency.forms import once_per_form_key
from core.listing import Empty, ListPage
from core.pages import FormPage
from incidents.forms import RuleForm, TemplateForm
from incidents.models import ApprovalRule, CaseTemplate
from incidents.services import prepared
from incidents.tables import RuleTable, TemplateTable
from organization.middleware import person_of
from organization.models import Company


class TemplateList(ListPage):
    """Templates of frequent cases."""

    model: ClassVar[Any] = CaseTemplate
    table_class: ClassVar[Any] = TemplateTable
    title = _("Templates of frequent cases")
    icon = "card-list"
    template_name = "incidents/prepared_list.html"
    empty = Empty(
        title=_("No templates yet"),
        text=_("A template fills the form of a new case in one click. Start from those that are shipped."),
    )
    add_url, shipped_url = "incidents:template_add", "incidents:templates_shipped"

    def get_queryset(self) -> QuerySet[Any]:
        """With their sites."""
        rows: QuerySet[Any] = self.model._default_manager.select_related("site")
        return rows

    def get_context(self) -> dict[str, Any]:
        """Buttons for those who keep them."""
        user: Any = self.request.user
        return {
            "may_add": policies.allowed(user, "add", self.model),
            "may_ship": user.company is not None
            and policies.allowed(user, "add", self.model, parent=user.company),
            "add_url": reverse(self.add_url),
            "shipped_url": reverse(self.shipped_url),
        }


class RuleList(TemplateList):
    """Rules of simplified approval."""

    model = ApprovalRule
    table_class = RuleTable
    title = _("Simplified approvals")
    icon = "check2-all"
    empty = Empty(
        title=_("Every step asks for what the workflow says"),
        text=_(
            "A rule lets routine matters go on without a superior or a second person. Every use is recorded."
        ),
    )
    add_url, shipped_url = "incidents:rule_add", "incidents:rules_shipped"


class TemplateEdit(FormPage):
    """One template, new or present."""

    form_class: Any = TemplateForm
    model: Any = CaseTemplate
    list_url = "incidents:templates"
    heading: Any = _("New template")

    def setup_page(self) -> None:
        """Those who keep it."""
        key = self.kwargs.get("pk")
        user: Any = self.request.user
        if key is None:
            policies.require(user, "add", self.model)
            self.instance = self.model(company=company_of(self.request))
            return
        rows = self.model._default_manager.select_related("site")
        self.instance = policies.get_visible_or_404(user, rows, pk=key)
        policies.require(user, "change", self.instance)
        self.heading = str(self.instance)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Sites of the person."""
        return {**super().get_form_kwargs(), "user": self.request.user}

    def cancel_url(self) -> str:
        """Back to the list."""
        return reverse(self.list_url)

    def save(self, form: Any) -> str:
        """Write it."""
        prepared.save_template(user=person_of(self.request), template=form.instance)
        return self.cancel_url()


class RuleEdit(TemplateEdit):
    """One rule, new or present."""

    form_class = RuleForm
    model = ApprovalRule
    list_url = "incidents:rules"
    heading = _("New rule")

    def save(self, form: Any) -> str:
        """Write it."""
        prepared.save_rule(user=person_of(self.request), rule=form.instance)
        return self.cancel_url()


@require_POST
@once_per_form_key
def install_templates(request: HttpRequest) -> HttpResponse:
    """Add the shipped templates that are missing."""
    company = company_of(request)
    policies.require(request.user, "add", CaseTemplate, parent=company)
    prepared.install_templates(company)
    return redirect("incidents:templates")


@require_POST
@once_per_form_key
def install_rules(request: HttpRequest) -> HttpResponse:
    """Add the shipped rules that are missing."""
    company = company_of(request)
    policies.require(request.user, "add", ApprovalRule, parent=company)
    prepared.install_rules(company)
    return redirect("incidents:rules")


def company_of(request: HttpRequest) -> Company:
    """The person's company. Raises Http404."""
    company: Company | None = request.user.company  # type: ignore[union-attr]
    if company is None:
        raise Http404
    return company
