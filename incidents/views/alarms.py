"""The desk of alarms: what nobody has said yet on top, then all of them; one alarm with its messages."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from core import policies
from core.idempotency.forms import once_per_form_key
from core.listing import Empty, ListPage
from core.listing.keyset import Latest
from core.pages import FormPage
from incidents.filters_alarms import AlarmFilter
from incidents.forms.alarms import AddToCaseForm, FalseForm, MakeCaseForm, SettleForm
from incidents.forms.intake import SLASH
from incidents.models import Alarm, AlarmSource, CaseKind, Priority
from incidents.selectors.alarms import MOST_OPEN, open_alarms, readings_of, whole_alarms
from incidents.services import alarm_handling
from incidents.tables_alarms import AlarmTable
from incidents.views.clock_rules import chosen_site
from organization.middleware import person_of


class AlarmList(ListPage):
    """Alarms."""

    model = Alarm
    table_class = AlarmTable
    filterset_class = AlarmFilter
    title = gettext_lazy("Alarms")
    icon = "bell"
    site_path = "site"
    search_fields = ("title", "device", "code")
    keyset = Latest("first_at")
    export_name = "alarms"
    template_name = "incidents/alarm_list.html"
    empty = Empty(
        title=gettext_lazy("No alarms yet"),
        text=gettext_lazy(
            "Cameras, access control, perimeter, fire panel and lifts send theirs here once they are connected as a "
            "source."
        ),
        url_name="incidents:alarm_sources",
        label=gettext_lazy("Sources"),
        permission=lambda user: policies.allowed(user, "view", AlarmSource),
    )

    def get_queryset(self) -> QuerySet[Alarm]:
        """With what the table shows."""
        return Alarm.objects.select_related("site", "source", "zone", "case")

    def get_context(self) -> dict[str, Any]:
        """What is open, on top."""
        return {
            "alarms": open_alarms(self.request.user, chosen_site(self.request))[:MOST_OPEN],
            "may_see_sources": policies.allowed(self.request.user, "view", AlarmSource),
        }


def alarms_open(request: HttpRequest) -> HttpResponse:
    """What is open, fetched again when something changed."""
    alarms = open_alarms(request.user, chosen_site(request))[:MOST_OPEN]
    return render(request, "incidents/_alarm_rows.html", {"alarms": alarms})


def alarm_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """An alarm, its messages as they came, and what can be done with it."""
    alarm = policies.get_visible_or_404(request.user, whole_alarms(), pk=pk)
    return render(request, "incidents/alarm_detail.html", _context(request, alarm))


def alarm_part(request: HttpRequest, pk: int) -> HttpResponse:
    """The inside of its page, fetched again when something changed."""
    alarm = policies.get_visible_or_404(request.user, whole_alarms(), pk=pk)
    return render(request, "incidents/_alarm.html", _context(request, alarm))


def _context(request: HttpRequest, alarm: Alarm) -> dict[str, Any]:
    return {"alarm": alarm, "readings": readings_of(alarm)}


@require_POST
@once_per_form_key
def alarm_acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it up; then its page."""
    alarm_handling.acknowledge_alarm(user=person_of(request), alarm_id=pk)
    return redirect("incidents:alarm", pk)


class AlarmAct(FormPage):
    """Something said of an alarm. Subclasses name the action of the policy."""

    action = "settle"

    def setup_page(self) -> None:
        """The alarm and the right to act on it."""
        self.alarm = policies.get_visible_or_404(self.request.user, whole_alarms(), pk=self.kwargs["pk"])
        policies.require(self.request.user, self.action, self.alarm)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form; back to the alarm when it is settled already."""
        if not self.alarm.is_open:
            return redirect("incidents:alarm", self.alarm.pk)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say which alarm."""
        return {**super().get_context_data(**kwargs), "intro": self.alarm.title}

    def cancel_url(self) -> str:
        """Back to the alarm."""
        return reverse("incidents:alarm", args=[self.alarm.pk])


class AlarmMakeCase(AlarmAct):
    """Make a case of it, filled in by its rule."""

    form_class = MakeCaseForm
    action = "make_case"
    heading = gettext_lazy("Make a case of this alarm")
    submit_label = gettext_lazy("Open the case")

    def get_initial(self) -> dict[str, Any]:
        """As its rule says."""
        alarm, rule = self.alarm, self.alarm.rule
        code = (rule.subcategory or rule.category) if rule is not None else ""
        kind = rule.kind if rule is not None else CaseKind.INCIDENT
        return {
            "kind": kind,
            "what": f"{kind}{SLASH}{code}" if code else "",
            "title": alarm.title,
            "place": alarm.device,
            "priority": rule.priority if rule is not None else Priority.P2,
        }

    def save(self, form: Any) -> str:
        """Open it; on to the case."""
        opened = alarm_handling.make_case(
            user=person_of(self.request), alarm_id=self.alarm.pk, given=form.new_case()
        )
        return reverse("incidents:case", args=[opened.case.pk])


class AlarmAddToCase(AlarmAct):
    """Add it to a case that is there already."""

    form_class = AddToCaseForm
    heading = gettext_lazy("Add this alarm to a case")
    submit_label = gettext_lazy("Add")

    def get_form_kwargs(self) -> dict[str, Any]:
        """Cases of its site."""
        return {**super().get_form_kwargs(), "alarm": self.alarm, "user": self.request.user}

    def save(self, form: Any) -> str:
        """Add it; on to the case."""
        case = form.cleaned_data["case"]
        alarm_handling.add_to_case(user=person_of(self.request), alarm_id=self.alarm.pk, case_id=case.pk)
        return reverse("incidents:case", args=[case.pk])


class AlarmFalse(AlarmAct):
    """Call it a false alarm."""

    form_class = FalseForm
    heading = submit_label = gettext_lazy("False alarm")

    def save(self, form: Any) -> str:
        """Say so."""
        alarm_handling.call_false(user=person_of(self.request), alarm_id=self.alarm.pk, **form.cleaned_data)
        return self.cancel_url()


class AlarmSettle(AlarmAct):
    """Settle it without a case."""

    form_class = SettleForm
    heading = gettext_lazy("Settle without a case")
    submit_label = gettext_lazy("Settle")

    def get_form_kwargs(self) -> dict[str, Any]:
        """A fire panel's asks for the nature."""
        return {**super().get_form_kwargs(), "alarm": self.alarm}

    def save(self, form: Any) -> str:
        """Settle it."""
        alarm_handling.settle_alarm(user=person_of(self.request), alarm_id=self.alarm.pk, **form.cleaned_data)
        return self.cancel_url()
