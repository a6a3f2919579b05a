"""Where alarms come from: sources with their secrets, rules and devices."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Max, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from core import policies
from core.idempotency.forms import once_per_form_key
from core.listing import Empty, ListPage
from core.pages import FormPage
from incidents.forms.alarm_sources import AlarmRuleForm, AlarmSourceForm
from incidents.models import AlarmRule, AlarmSource
from incidents.selectors.alarm_sources import devices_of, topic_of
from incidents.services import alarm_sources
from incidents.tables_alarms import SourceTable
from organization.middleware import person_of

#: Session entry: the key of a source and its secret, until its page has shown it.
SESSION_SECRET = "new_alarm_secret"  # noqa: S105 - the name of a session entry


def whole_sources() -> "QuerySet[AlarmSource]":
    """Sources with company, site and zone."""
    return AlarmSource.objects.select_related("company", "site", "zone")


class SourceList(ListPage):
    """Sources of alarms."""

    model = AlarmSource
    table_class = SourceTable
    title = gettext_lazy("Sources of alarms")
    icon = "broadcast"
    site_path = "site"
    search_fields = ("name",)
    template_name = "incidents/alarm_source_list.html"
    empty = Empty(
        title=gettext_lazy("No sources yet"),
        text=gettext_lazy(
            "A source is a system that sends its alarms here: cameras, access control, perimeter, fire panel, lifts."
        ),
        url_name="incidents:alarm_source_add",
        label=gettext_lazy("New source"),
        permission=lambda user: policies.allowed(user, "add", AlarmSource),
    )

    def get_queryset(self) -> QuerySet[Any]:
        """With how many devices were heard, and when the last."""
        rows: QuerySet[Any] = whole_sources().order_by("site__code", "name", "pk")
        heard: QuerySet[Any] = rows.annotate(
            heard_at=Max("devices__heard_at"), device_count=Count("devices", filter=~Q(devices__name=""))
        )
        return heard

    def may_open(self) -> bool:
        """Managers and auditors."""
        return policies.allowed(self.request.user, "view", AlarmSource)

    def get_context(self) -> dict[str, Any]:
        """The button."""
        return {"may_add": policies.allowed(self.request.user, "add", AlarmSource)}


def source_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A source: how to send to it, its devices and its rules; a new secret is shown once."""
    source = policies.get_visible_or_404(request.user, whole_sources(), pk=pk)
    known, secret = request.session.get(SESSION_SECRET) or (None, "")
    if known == source.pk:
        del request.session[SESSION_SECRET]
    context = {
        "source": source,
        "secret": secret if known == source.pk else "",
        "address": settings.PUBLIC_URL + reverse("api:alarm-intake", args=[source.public_id]),
        "topic": topic_of(source),
        "example_topic": topic_of(source).replace("#", "CAM-3F-02").replace("+", "3F"),
        "devices": devices_of(source),
        "rules": source.rules.select_related("zone"),
        "may_change": policies.allowed(request.user, "change", source),
    }
    return render(request, "incidents/alarm_source_detail.html", context)


class SourceEdit(FormPage):
    """A source, new or known."""

    form_class: Any = AlarmSourceForm
    heading: Any = gettext_lazy("New source")

    def setup_page(self) -> None:
        """Managers."""
        if "pk" not in self.kwargs:
            policies.require(self.request.user, "add", AlarmSource)
            self.instance = AlarmSource()
            return
        self.instance = policies.get_visible_or_404(self.request.user, whole_sources(), pk=self.kwargs["pk"])
        policies.require(self.request.user, "change", self.instance)
        self.heading = self.instance.name

    def get_form_kwargs(self) -> dict[str, Any]:
        """Sites of the person."""
        return {**super().get_form_kwargs(), "user": self.request.user}

    def cancel_url(self) -> str:
        """Back to where one came from."""
        if self.instance._state.adding:
            return reverse("incidents:alarm_sources")
        return reverse("incidents:alarm_source", args=[self.instance.pk])

    def save(self, form: Any) -> str:
        """Write it; the page of a new one shows its secret."""
        source, user = form.instance, person_of(self.request)
        if source._state.adding:
            secret = alarm_sources.add_source(user=user, source=source)
            self.request.session[SESSION_SECRET] = (source.pk, secret)
        else:
            alarm_sources.change_source(user=user, source=source)
        return reverse("incidents:alarm_source", args=[source.pk])


@require_POST
@once_per_form_key
def source_secret(request: HttpRequest, pk: int) -> HttpResponse:
    """A new secret; the page shows it once."""
    source = policies.get_visible_or_404(request.user, whole_sources(), pk=pk)
    secret = alarm_sources.change_secret(user=person_of(request), source=source)
    request.session[SESSION_SECRET] = (source.pk, secret)
    return redirect("incidents:alarm_source", pk)


@require_POST
@once_per_form_key
def source_test(request: HttpRequest, pk: int) -> HttpResponse:
    """A message "test"; its alarm waits at the desk, unless a rule says otherwise."""
    source = policies.get_visible_or_404(request.user, whole_sources(), pk=pk)
    try:
        alarm_sources.test_source(user=person_of(request), source=source)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("incidents:alarm_source", pk)
    messages.success(request, _("A message “test” is on its way; its alarm appears here in a moment."))
    return redirect("incidents:alarms")


class RuleEdit(FormPage):
    """A rule, new or known."""

    form_class: Any = AlarmRuleForm
    heading: Any = gettext_lazy("New rule")
    intro = gettext_lazy("The first rule by position that matches a message counts.")

    def setup_page(self) -> None:
        """Managers of the site."""
        user = self.request.user
        if "source" in self.kwargs:
            source = policies.get_visible_or_404(user, whole_sources(), pk=self.kwargs["source"])
            policies.require(user, "add", AlarmRule, parent=source.site)
            self.instance = AlarmRule(source=source)
            return
        rows = AlarmRule.objects.select_related("source__site", "zone")
        self.instance = policies.get_visible_or_404(user, rows, pk=self.kwargs["pk"])
        policies.require(user, "change", self.instance)
        self.heading = str(self.instance)

    def cancel_url(self) -> str:
        """Back to the source."""
        return reverse("incidents:alarm_source", args=[self.instance.source_id])

    def save(self, form: Any) -> str:
        """Write it."""
        alarm_sources.save_rule(user=person_of(self.request), rule=form.instance)
        return self.cancel_url()


@require_POST
@once_per_form_key
def rule_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a rule away."""
    rows = AlarmRule.objects.select_related("source__site")
    rule = policies.get_visible_or_404(request.user, rows, pk=pk)
    alarm_sources.remove_rule(user=person_of(request), rule=rule)
    return redirect("incidents:alarm_source", rule.source_id)
