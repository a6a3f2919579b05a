"""Pages of people, their roles, and oneself."""

from typing import Any

import django_filters
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from core import policies
from core.clock import local_today, now
from core.listing import Empty, ListPage
from core.pages import FormPage
from organization.forms.people import (
    LastDayForm,
    NewPasswordForm,
    NewPersonForm,
    OwnDetailsForm,
    PersonForm,
    RoleForm,
)
from organization.models import Membership, Person, Role
from organization.services import people
from organization.tables import PersonTable
from organization.views.company import company_of


def with_roles(queryset: QuerySet[Person]) -> QuerySet[Person]:
    """People with the roles they hold today."""
    held = Membership.objects.valid_on(now().date()).select_related("site", "department")
    return queryset.prefetch_related(Prefetch("memberships", held))


class PersonFilter(django_filters.FilterSet):
    """By role held and by site."""

    role = django_filters.ChoiceFilter(
        label=_("Role"), choices=Role.choices, field_name="memberships__role", distinct=True
    )

    class Meta:
        model = Person
        fields = ("role", "is_active")


class PersonList(ListPage):
    """People."""

    model = Person
    table_class = PersonTable
    filterset_class = PersonFilter
    title = _("People")
    icon = "people"
    search_fields = ("name", "staff_number", "phone", "email")
    export_name = "people"
    template_name = "organization/person_list.html"
    empty = Empty(
        title=_("No people yet"),
        text=_("Add guards, leaders and managers; each gets a one-time password."),
        url_name="organization:person_add",
        label=_("New person"),
    )

    def get_queryset(self) -> QuerySet[Person]:
        """With today's roles."""
        return with_roles(Person.objects.all())


def person_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody: reached how, holding which roles since when."""
    person = policies.get_visible_or_404(request.user, Person, pk=pk)
    roles = person.memberships.select_related("site", "department").order_by("-valid_from")
    shown = [
        (row, policies.allowed(request.user, "change", row) and row.valid_to is None)
        for row in policies.visible(request.user, roles)
    ]
    today = local_today(person.company.time_zone if person.company else "UTC")
    password = request.session.pop(f"one_time_password_{pk}", "")
    return render(
        request,
        "organization/person_detail.html",
        {"person": person, "roles": shown, "today": today, "password": password},
    )


class PersonAdd(FormPage):
    """A new person."""

    form_class = NewPersonForm
    heading = _("New person")

    def setup_page(self) -> None:
        """Managers."""
        policies.require(self.request.user, "add", Person)
        if self.request.user.company is None:  # type: ignore[union-attr]
            raise Http404

    def get_form_kwargs(self) -> dict[str, Any]:
        """The sites the manager reaches."""
        return {**super().get_form_kwargs(), "user": self.request.user}

    def cancel_url(self) -> str:
        """Back to the list."""
        return reverse("organization:people")

    def save(self, form: Any) -> str:
        """Add the person; the one-time password is shown once on their page."""
        company = company_of(self.request)
        person, password = people.add_person(actor=self.request.user, company=company, **form.cleaned_data)
        self.request.session[f"one_time_password_{person.pk}"] = password
        return reverse("organization:person", args=[person.pk])


class PersonChange(FormPage):
    """Change somebody's details."""

    form_class = PersonForm
    heading = _("Change person")

    def setup_page(self) -> None:
        """Managers of the person's sites."""
        self.instance = policies.get_visible_or_404(self.request.user, Person, pk=self.kwargs["pk"])
        policies.require(self.request.user, "change", self.instance)

    def cancel_url(self) -> str:
        """Back to the person."""
        return reverse("organization:person", args=[self.kwargs["pk"]])

    def save(self, form: Any) -> str:
        """Change the person."""
        people.change_person(actor=self.request.user, person=self.instance, **form.cleaned_data)
        return self.cancel_url()


class RoleAdd(FormPage):
    """Give somebody a role."""

    form_class = RoleForm
    heading = _("New role")

    def setup_page(self) -> None:
        """Managers."""
        self.person = policies.get_visible_or_404(self.request.user, Person, pk=self.kwargs["pk"])
        policies.require(self.request.user, "add", Membership)

    def get_form_kwargs(self) -> dict[str, Any]:
        """The places the manager reaches."""
        return {**super().get_form_kwargs(), "user": self.request.user}

    def get_initial(self) -> dict[str, Any]:
        """From today."""
        return {"valid_from": local_today(self.person.company.time_zone if self.person.company else "UTC")}

    def cancel_url(self) -> str:
        """Back to the person."""
        return reverse("organization:person", args=[self.person.pk])

    def save(self, form: Any) -> str:
        """Grant the role."""
        people.grant_role(actor=self.request.user, person=self.person, **form.cleaned_data)
        return self.cancel_url()


class RoleEnd(FormPage):
    """Let a role end."""

    form_class = LastDayForm
    heading = _("End this role")

    def setup_page(self) -> None:
        """Managers of the role's place."""
        self.membership = policies.get_visible_or_404(self.request.user, Membership, pk=self.kwargs["pk"])
        policies.require(self.request.user, "change", self.membership)

    def get_initial(self) -> dict[str, Any]:
        """Today."""
        return {"last_day": local_today(self.membership.company.time_zone)}

    def cancel_url(self) -> str:
        """Back to the person."""
        return reverse("organization:person", args=[self.membership.person_id])

    def save(self, form: Any) -> str:
        """End the role."""
        people.end_role(actor=self.request.user, membership=self.membership, **form.cleaned_data)
        return self.cancel_url()


@require_POST
def person_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Reset the password, let go, or let back in."""
    person = policies.get_visible_or_404(request.user, Person, pk=pk)
    if act == "reset-password":
        request.session[f"one_time_password_{pk}"] = people.reset_password(actor=request.user, person=person)
    elif act == "deactivate":
        policies.require(request.user, "change", person)
        if person.pk == request.user.pk:
            messages.error(request, _("You cannot deactivate yourself."))
        else:
            people.deactivate(actor=request.user, person=person)
    else:
        people.reactivate(actor=request.user, person=person)
    return redirect("organization:person", pk=pk)


class OwnDetails(FormPage):
    """One's own phone, mail, language and notices."""

    template_name = "organization/own_details.html"
    form_class = OwnDetailsForm
    heading = _("Your details")
    done_message = _("Saved.")

    def setup_page(self) -> None:
        """Oneself."""
        self.instance = self.request.user

    def save(self, form: Any) -> str:
        """Change one's own details."""
        people.change_person(actor=self.request.user, person=self.instance, **form.cleaned_data)  # type: ignore[arg-type]
        return reverse("organization:me")

    def form_valid(self, form: Any) -> HttpResponse:
        """The chosen language holds from the next page on."""
        response = super().form_valid(form)
        if form.cleaned_data["language"]:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                form.cleaned_data["language"],
                max_age=365 * 86400,
                samesite="Lax",
            )
        return response


class OwnPassword(FormPage):
    """A new password; also where a one-time password leads."""

    form_class = NewPasswordForm
    heading = _("New password")
    done_message = _("Your password has been changed.")

    def get_form_kwargs(self) -> dict[str, Any]:
        """Checked against the current one."""
        return {**super().get_form_kwargs(), "person": self.request.user}

    def cancel_url(self) -> str:
        """Back to one's details, unless a new password is demanded."""
        return "" if self.request.user.must_change_password else reverse("organization:me")  # type: ignore[union-attr]

    def save(self, form: Any) -> str:
        """Change it and stay signed in here; every other session ends."""
        person: Any = self.request.user
        people.choose_password(person=person, password=form.cleaned_data["password"])
        update_session_auth_hash(self.request, person)
        return "/"
