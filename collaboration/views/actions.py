"""Pages of action items: mine, all, one, and what can be done with it."""

from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from collaboration import sources
from collaboration.filters import ActionFilter
from collaboration.forms import actions as forms
from collaboration.models import ActionItem, ActionStatus
from collaboration.policies import may_add_action
from collaboration.selectors import people
from collaboration.services import adding, extending, handling
from collaboration.tables import ActionTable
from collaboration.views.acts import acts_on_action
from collaboration.views.pages import ActPage, AddPage
from collaboration.views.timeline import lines
from core.attachments import attachments_of
from core.clock import local, now
from core.ids import uuid7
from core.listing import Empty, ListPage
from core.policies import get_visible_or_404
from core.recurrence import instant_of
from organization.middleware import person_of

#: Rows of each part of the page "mine"; the lists have all of them.
SHOWN = 50
#: A new item is due in a week, at the end of the working day, unless something else is typed.
USUAL_DAYS, USUAL_TIME = 7, time(18)


def mine(request: HttpRequest) -> HttpResponse:
    """What I own, what I verify, what is asked of my department, what I asked for."""
    user = request.user
    context = {
        "moment": now(),
        "owned": people.own_actions(user)[:SHOWN],
        "to_verify": people.actions_to_verify(user)[:SHOWN],
        "asked_of_us": people.requests_to(user)[:SHOWN],
        "my_requests": people.requests_by(user)[:SHOWN],
        "may_add": may_add_action(user),
    }
    return render(request, "collaboration/mine.html", context)


class ActionList(ListPage):
    """Action items."""

    model = ActionItem
    table_class = ActionTable
    filterset_class = ActionFilter
    title = _("Action items")
    icon = "check2-square"
    site_path = "site"
    search_fields = ("number", "title", "description")
    export_name = "action-items"
    template_name = "collaboration/action_list.html"
    empty = Empty(
        title=_("No action items yet"),
        text=_("What has to be done after a case, an inspection or a meeting: by whom, until when."),
        url_name="collaboration:action_add",
        label=_("New action item"),
        permission=may_add_action,
    )

    def get_queryset(self) -> QuerySet[ActionItem]:
        """With what the table shows."""
        return ActionItem.objects.select_related("site", "owner")

    def get_context(self) -> dict[str, Any]:
        """Who may add one."""
        return {"may_add": may_add_action(self.request.user)}


def action_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """An action item: what, who, until when, what was done, who verified it, whether it helped."""
    rows = ActionItem.objects.select_related(
        "site", "owner", "verifier", "department", "created_by", "done_by", "verified_by", "judged_by"
    )
    action = get_visible_or_404(request.user, rows, pk=pk)
    pending = extending.pending_of(action)
    entries = action.entries.select_related("actor").order_by("at", "pk")
    context = {
        "action": action,
        "pending": pending,
        "photos": attachments_of(action),
        "events": lines(entries),
        "source": sources.shown(request.user, action),
        "is_overdue": action.status == ActionStatus.OPEN and action.due_at < now(),
        "acts": acts_on_action(request.user, action, pending),
        "steps": [
            (ActionStatus.OPEN.label, "now" if action.status == "open" else "done"),
            (
                ActionStatus.DONE.label,
                {"open": "next", "done": "now"}.get(action.status, "done"),
            ),
            (ActionStatus.VERIFIED.label, "done" if action.status == "verified" else "next"),
        ],
    }
    return render(request, "collaboration/action_detail.html", context)


class ActionAdd(AddPage):
    """A new action item."""

    model = ActionItem
    form_class = forms.ActionForm
    heading = _("New action item")
    list_url = "collaboration:actions"

    def get_initial(self) -> dict[str, Any]:
        """In a week, at the end of the day; of the kind that usually comes from its source."""
        day = local(now(), self.site.zone_info).date() + timedelta(days=USUAL_DAYS)
        due = instant_of(datetime.combine(day, USUAL_TIME), self.site.zone_info)
        usual: dict[str, Any] = {**super().get_initial(), "due_at": due}
        return usual if self.source is None else {**usual, "kind": sources.action_kind_of(self.source)}

    def save(self, form: Any) -> str:
        """Add it."""
        data = form.cleaned_data
        uploads = data.pop("photos")
        added = adding.add_action(
            user=person_of(self.request),
            operation_id=uuid7(),
            site=self.site,
            source=self.source,
            uploads=uploads,
            **data,
        )
        return reverse("collaboration:action", args=[added.action.pk])


class ActionAct(ActPage):
    """Something done with an action item."""

    model = ActionItem
    row_url = "collaboration:action"

    def given(self, **given: Any) -> dict[str, Any]:
        """What every service is told."""
        if "photos" in given:
            given["uploads"] = given.pop("photos")
        return {"user": person_of(self.request), "action_id": self.row.pk, **given}


class ActionChange(ActionAct):
    """Say an open item anew."""

    form_class = forms.ActionChangeForm
    heading = _("Change the action item")

    def get_form_kwargs(self) -> dict[str, Any]:
        """Who has a part keeps it."""
        return {**super().get_form_kwargs(), "action": self.row}

    def get_initial(self) -> dict[str, Any]:
        """As it stands."""
        row = self.row
        names = ("title", "kind", "description", "impact", "effort")
        people_of = {"owner": row.owner_id, "verifier": row.verifier_id, "department": row.department_id}
        return {**super().get_initial(), **{name: getattr(row, name) for name in names}, **people_of}

    def act(self, **given: Any) -> None:
        """Change."""
        adding.change_action(**self.given(**given))


class ActionDone(ActionAct):
    """Report it done."""

    form_class = forms.DoneForm
    action = "done"
    heading = _("Report it done")

    def act(self, **given: Any) -> None:
        """Done."""
        handling.report_done(**self.given(**given))


class ActionVerify(ActionAct):
    """Verify it."""

    form_class = forms.VerifyForm
    action = "verify"
    heading = _("Verify the action item")

    def act(self, **given: Any) -> None:
        """Verified."""
        handling.verify_action(**self.given(**given))


class ActionReturn(ActionAct):
    """Send it back."""

    form_class = forms.ReasonForm
    action = "send_back"
    heading = _("Send the action item back")

    def act(self, **given: Any) -> None:
        """Sent back."""
        handling.return_action(**self.given(**given))


class ActionCancel(ActionAct):
    """Give it up."""

    form_class = forms.ReasonForm
    action = "cancel"
    heading = _("Cancel the action item")
    submit_label = _("Cancel it")

    def act(self, **given: Any) -> None:
        """Cancelled."""
        handling.cancel_action(**self.given(**given))


class ActionExtend(ActionAct):
    """Ask for more time."""

    form_class = forms.ExtendForm
    action = "extend"
    heading = _("Ask for more time")

    def act(self, **given: Any) -> None:
        """Asked."""
        extending.ask_extension(**self.given(**given))


class ActionDecide(ActionAct):
    """Decide about more time."""

    form_class = forms.DecideForm
    action = "decide"
    heading = _("More time?")
    template_name = "collaboration/action_decide.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What was asked."""
        pending = extending.pending_of(self.row)
        return {**super().get_context_data(**kwargs), "pending": pending, "action": self.row}

    def act(self, **given: Any) -> None:
        """Decided."""
        approve = given.pop("decision") == "approve"
        extending.decide_extension(**self.given(**given), approve=approve)


class ActionJudge(ActionAct):
    """Judge whether it helped."""

    form_class = forms.JudgeForm
    action = "judge"
    heading = _("Judge the effectiveness")

    def act(self, **given: Any) -> None:
        """Judged."""
        handling.judge_effectiveness(**self.given(**given))
