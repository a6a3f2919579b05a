"""What people set about the clocks: limits with their basis, elastic rules, escalation policies, storms."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from core import navigation, policies
from core.pages import FormPage
from incidents.forms.clock_rules import (
    COMPANY,
    MOST_STEPS,
    SITE,
    ElasticRuleForm,
    LimitRuleForm,
    PolicyForm,
    split_minutes,
)
from incidents.models import Case, ElasticRule, EscalationPolicy, LimitRule, SiteCondition
from incidents.selectors.rules import elastic_lines, limit_groups, policy_lines
from incidents.services import clock_rules
from organization.middleware import person_of
from organization.models import Site


def clocks(request: HttpRequest) -> HttpResponse:
    """Every limit that holds at the chosen site (or in the company), what stretches it, and who is called."""
    policies.require(request.user, "view", Case)
    person, site = person_of(request), chosen_site(request)
    context = {
        "site": site,
        "groups": limit_groups(person, site),
        "elastic": elastic_lines(person, site),
        "policies": policy_lines(person, site),
        "may_set": may_set(person, site),
    }
    return render(request, "incidents/clocks.html", context)


def chosen_site(request: HttpRequest) -> Site | None:
    """The site chosen in the frame, if any."""
    site = navigation.current_site(request)
    return site if isinstance(site, Site) else None


def may_set(person: Any, site: Site | None) -> bool:
    """May this person set rules here: of the site, or of the whole company when none is chosen?"""
    scope = site if site is not None else person.company
    return scope is not None and policies.allowed(person, "add", LimitRule, parent=scope)


def storm_at(request: HttpRequest) -> dict[str, Any]:
    """For the cases page: the storm declared at the chosen site, and whether this person may declare one."""
    site = chosen_site(request)
    if site is None:
        return {"storm": None, "storm_site": None, "may_declare_storm": False}
    present = SiteCondition.objects.visible_to(request.user).filter(site=site, ended_at=None)
    return {
        "storm": present.select_related("started_by").first(),
        "storm_site": site,
        "may_declare_storm": policies.allowed(request.user, "add", SiteCondition, parent=site),
    }


class RulePage(FormPage):
    """A rule, new or known. Subclasses name model and service."""

    model: ClassVar[Any]

    def setup_page(self) -> None:
        """Planners of the site, or of the company."""
        self.person, self.site = person_of(self.request), chosen_site(self.request)
        self.rule: Any = None
        if "pk" in self.kwargs:
            self.rule = policies.get_visible_or_404(self.person, self.model, pk=self.kwargs["pk"])
            policies.require(self.person, "change", self.rule)
            return
        if self.site is None:
            reach = Site.objects.visible_to(self.person).filter(is_active=True).order_by("company_id", "code")
            self.site = reach.first()
        company = self.person.company
        self.may_company = company is not None and policies.allowed(
            self.person, "add", self.model, parent=company
        )
        if not self.may_company:
            policies.require(self.person, "add", self.model, parent=self.site)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Where it may hold."""
        is_new = self.rule is None
        may_site = (
            is_new
            and self.site is not None
            and policies.allowed(self.person, "add", self.model, parent=self.site)
        )
        return {
            **super().get_form_kwargs(),
            "site": self.site if may_site else None,
            "may_company": is_new and self.may_company,
            "is_new": is_new,
        }

    def cancel_url(self) -> str:
        """Back to the clocks."""
        return reverse("incidents:clocks")

    def place(self, form: Any) -> dict[str, Any]:
        """Company and site of the rule."""
        if self.rule is not None:
            return {"company": self.rule.company, "site": self.rule.site}
        scope = form.cleaned_data["scope"]
        return {"company": self.person.company, "site": self.site if scope == SITE else None}


class LimitEdit(RulePage):
    """Set a limit."""

    model = LimitRule
    form_class = LimitRuleForm
    heading = gettext_lazy("Limit")
    intro = gettext_lazy(
        "Cases that are open keep their limits. The shipped limit counts again when this one is removed."
    )

    def get_initial(self) -> dict[str, Any]:
        """The rule; for a new one the line it replaces, from the address."""
        if self.rule is not None:
            amount, unit = split_minutes(self.rule.minutes)
            names = ("aspect", "kind", "category", "trait", "priority", "warn_minutes", "calendar", "basis")
            return {name: getattr(self.rule, name) for name in names} | {"amount": amount, "unit": unit}
        given = self.request.GET
        line = {name: given.get(name, "") for name in ("aspect", "kind", "category", "trait", "priority")}
        amount, unit = split_minutes(_number(given.get("minutes", "")))
        rest = {"amount": amount or None, "unit": unit, "warn_minutes": _number(given.get("warn", ""))}
        return line | rest | {"scope": SITE if self.site is not None else COMPANY}

    def save(self, form: Any) -> str:
        """Set it."""
        rule_id = self.rule.pk if self.rule is not None else None
        clock_rules.save_limit(user=self.person, values=form.values(), rule_id=rule_id, **self.place(form))
        return self.cancel_url()


def _number(text: str) -> int:
    """A number of minutes from an address; 0 for anything else."""
    return int(text) if text.isdecimal() and len(text) <= 7 else 0


class ElasticEdit(RulePage):
    """Set when limits are longer."""

    model = ElasticRule
    form_class = ElasticRuleForm
    heading = gettext_lazy("Elastic rule")
    intro = gettext_lazy(
        "What was stretched and why is shown with every case; the plain limit stays for the figures."
    )

    def get_initial(self) -> dict[str, Any]:
        """The rule, or the model's defaults."""
        row = self.rule or ElasticRule()
        names = (
            "condition",
            "stretches",
            "factor",
            "extra_minutes",
            "priorities",
            "night_from",
            "night_until",
        )
        return {name: getattr(row, name) for name in (*names, "at_least", "within_minutes", "reason")}

    def save(self, form: Any) -> str:
        """Set it."""
        rule_id = self.rule.pk if self.rule is not None else None
        clock_rules.save_elastic(user=self.person, values=form.values(), rule_id=rule_id, **self.place(form))
        return self.cancel_url()


class PolicyEdit(RulePage):
    """Set who is called."""

    model = EscalationPolicy
    form_class = PolicyForm
    heading = gettext_lazy("Escalation policy")
    intro = gettext_lazy(
        "Step after step until somebody says “I am on it”. Each is told in the page and by the ways they chose."
    )

    def get_form_kwargs(self) -> dict[str, Any]:
        """People to choose from."""
        return {**super().get_form_kwargs(), "user": self.person}

    def get_initial(self) -> dict[str, Any]:
        """The policy with its steps."""
        if self.rule is None:
            return {"repeat": 1, "repeat_after": 15}
        names = ("name", "kinds", "priorities", "minimum_level", "repeat", "repeat_after")
        found = {name: getattr(self.rule, name) for name in names}
        steps = self.rule.steps.prefetch_related("people").order_by("position")[:MOST_STEPS]
        for number, step in enumerate(steps, start=1):
            found |= {
                f"delay{number}": step.delay_minutes,
                f"roles{number}": step.roles,
                f"people{number}": [person.pk for person in step.people.all()],
            }
        return found

    def save(self, form: Any) -> str:
        """Set it."""
        clock_rules.save_policy(
            user=self.person,
            values=form.values(),
            steps=list(form.steps()),
            policy_id=self.rule.pk if self.rule is not None else None,
            **self.place(form),
        )
        return self.cancel_url()


def _remove(request: HttpRequest, model: Any, pk: int) -> HttpResponse:
    clock_rules.remove(user=person_of(request), model=model, rule_id=pk)
    return redirect("incidents:clocks")


@require_POST
def limit_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """The shipped limit counts again."""
    return _remove(request, LimitRule, pk)


@require_POST
def elastic_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Limits are no longer stretched by it."""
    return _remove(request, ElasticRule, pk)


@require_POST
def policy_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """The shipped policy counts again."""
    return _remove(request, EscalationPolicy, pk)


@require_POST
def storm_declare(request: HttpRequest, pk: int) -> HttpResponse:
    """There is a storm at a site."""
    site = policies.get_visible_or_404(request.user, Site, pk=pk)
    clock_rules.declare_storm(user=person_of(request), site=site)
    return redirect("incidents:cases")


@require_POST
def storm_end(request: HttpRequest, pk: int) -> HttpResponse:
    """It is over."""
    clock_rules.end_storm(user=person_of(request), condition_id=pk)
    return redirect("incidents:cases")
