"""Pages of requests between departments: all, one, and what can be done with it."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from collaboration import sources
from collaboration.filters import RequestFilter
from collaboration.forms import requests as forms
from collaboration.forms.actions import ReasonForm
from collaboration.models import CollaborationRequest, RequestStatus
from collaboration.models.requests import OWED
from collaboration.policies import department_ids_of, may_add_action
from collaboration.services import requesting
from collaboration.tables import RequestTable
from collaboration.views.acts import acts_on_request
from collaboration.views.pages import ActPage, AddPage
from collaboration.views.timeline import lines
from core.attachments import attachments_of
from core.clock import now
from core.ids import uuid7
from core.listing import Empty, ListPage
from core.policies import get_visible_or_404
from organization.middleware import person_of

#: Something asked for is needed within a day unless another time is typed.
USUAL = timedelta(days=1)


class RequestList(ListPage):
    """Requests between departments."""

    model = CollaborationRequest
    table_class = RequestTable
    filterset_class = RequestFilter
    title = _("Collaboration requests")
    icon = "arrow-left-right"
    site_path = "site"
    search_fields = ("number", "title", "description", "to_party")
    export_name = "collaboration-requests"
    template_name = "collaboration/request_list.html"
    empty = Empty(
        title=_("No requests yet"),
        text=_("Ask engineering, cleaning, customer service or somebody outside, and follow the answer."),
        url_name="collaboration:request_add",
        label=_("New request"),
        permission=may_add_action,
    )

    def get_queryset(self) -> QuerySet[CollaborationRequest]:
        """With what the table shows."""
        return CollaborationRequest.objects.select_related("site", "from_department", "to_department")

    def get_context(self) -> dict[str, Any]:
        """Who may add one."""
        return {"may_add": may_add_action(self.request.user)}


def request_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A request: who asks whom for what until when, and where it stands."""
    rows = CollaborationRequest.objects.select_related(
        "site", "from_department", "to_department", "submitted_by", "answered_by", "started_by",
        "delivered_by", "returned_by", "confirmed_by",
    )  # fmt: skip
    row = get_visible_or_404(request.user, rows, pk=pk)
    entries = row.entries.select_related("actor").order_by("at", "pk")
    context = {
        "row": row,
        "photos": attachments_of(row),
        "events": lines(entries),
        "source": sources.shown(request.user, row),
        "is_overdue": row.status in OWED and row.due_at < now(),
        "is_unanswered": row.status == RequestStatus.SUBMITTED and row.answer_by < now(),
        "acts": acts_on_request(request.user, row),
        "steps": _steps(row),
    }
    return render(request, "collaboration/request_detail.html", context)


def _steps(row: CollaborationRequest) -> list[tuple[Any, str]]:
    """Where the request stands on its straight way."""
    way = ("submitted", "accepted", "in_progress", "delivered", "confirmed")
    at = {"declined": 0, "returned": 2}.get(row.status) if row.status not in way else way.index(row.status)
    place = at or 0
    steps = []
    for number, state in enumerate(way):
        now_or_next = "now" if number == place else "next"
        over = number < place or row.status == "confirmed"
        steps.append((RequestStatus(state).label, "done" if over else now_or_next))
    return steps


class RequestAdd(AddPage):
    """A new request."""

    model = CollaborationRequest
    form_class = forms.RequestForm
    heading = _("New request")
    list_url = "collaboration:requests"

    def get_initial(self) -> dict[str, Any]:
        """From the person's own department, needed by tomorrow."""
        own = sorted(department_ids_of(self.request.user))
        return {"due_at": now() + USUAL, "from_department": own[0] if own else None}

    def save(self, form: Any) -> str:
        """Submit it."""
        data = form.cleaned_data
        uploads = data.pop("photos")
        submitted = requesting.submit_request(
            user=person_of(self.request),
            operation_id=uuid7(),
            site=self.site,
            source=self.source,
            uploads=uploads,
            **data,
        )
        return reverse("collaboration:request", args=[submitted.request.pk])


class RequestAct(ActPage):
    """Something done with a request."""

    model = CollaborationRequest
    row_url = "collaboration:request"
    action = "answer"
    service: Any = None

    def act(self, **given: Any) -> None:
        """Call the service."""
        if "photos" in given:
            given["uploads"] = given.pop("photos")
        type(self).service(user=person_of(self.request), request_id=self.row.pk, **given)


class RequestAccept(RequestAct):
    """Accept it."""

    form_class = forms.NoteForm
    heading = _("Accept the request")
    service = requesting.accept_request


class RequestDecline(RequestAct):
    """Decline it."""

    form_class = ReasonForm
    heading = _("Decline the request")
    service = requesting.decline_request


class RequestStart(RequestAct):
    """Begin the work."""

    form_class = forms.StartForm
    heading = _("Begin the work")
    submit_label = _("Begin")
    service = requesting.start_request


class RequestDeliver(RequestAct):
    """Deliver."""

    form_class = forms.DeliverForm
    heading = _("Deliver")
    service = requesting.deliver_request


class RequestConfirm(RequestAct):
    """Confirm what was delivered."""

    form_class = forms.NoteForm
    action = "judge"
    heading = _("Confirm the delivery")
    service = requesting.confirm_request


class RequestReturn(RequestAct):
    """Send it back."""

    form_class = ReasonForm
    action = "judge"
    heading = _("Send the delivery back")
    service = requesting.return_request
