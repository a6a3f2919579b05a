"""One act on several cases: what is asked for and what it changes is shown first, then how it went for each."""

import re
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from core import policies
from core.pages import FormPage
from incidents.forms import BULK_FORMS
from incidents.models import Case
from incidents.services import bulk
from organization.middleware import person_of

_NUMBER = re.compile(r"[0-9]{1,18}")


class CasesBulk(FormPage):
    """Confirm, then do."""

    template_name = "incidents/bulk.html"

    def setup_page(self) -> None:
        """The act and the chosen cases; those one may not see are left out as if they did not exist."""
        policies.require(self.request.user, "change", Case)
        given = self.request.POST if self.request.method == "POST" else self.request.GET
        act = given.get("act", "")
        self.act = bulk.BulkAct(act) if act in bulk.BulkAct.values else bulk.BulkAct.ASSIGN
        self.seen = dict(pair for text in given.getlist("case")[: bulk.MOST] if (pair := _pair(text)))
        rows = Case.objects.visible_to(self.request.user).filter(pk__in=self.seen)
        self.cases = list(rows.select_related("site", "assigned_to").order_by("-reported_at", "-pk"))
        self.heading = self.submit_label = self.act.label

    def get_form_class(self) -> Any:
        """The form of the act."""
        return BULK_FORMS[self.act]

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form knows the cases."""
        return {**super().get_form_kwargs(), "cases": self.cases, "user": self.request.user}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What changes."""
        lines = [(case, self.seen[case.pk]) for case in self.cases]
        return {**super().get_context_data(**kwargs), "lines": lines, "act": self.act}

    def cancel_url(self) -> str:
        """Back to the list."""
        return reverse("incidents:cases")

    def form_valid(self, form: Any) -> HttpResponse:
        """Do it; each case stands for itself."""
        values = form.values()
        cases = [case for case in self.cases if case.pk != values.get("original_id")]
        outcomes = bulk.run(
            user=person_of(self.request),
            act=self.act,
            seen=[(case.pk, self.seen[case.pk]) for case in cases],
            values=values,
        )
        by_id = {case.pk: case for case in cases}
        lines = [(by_id[one.case_id], one) for one in outcomes]
        done = sum(one.result == bulk.Result.DONE for one in outcomes)
        context = {
            "heading": self.act.label,
            "lines": lines,
            "said": _("%(done)d of %(all)d done") % {"done": done, "all": len(outcomes)},
        }
        return render(self.request, "incidents/bulk_result.html", context)

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form; back to the list when nothing is chosen."""
        if not self.cases:
            return redirect("incidents:cases")
        return super().get(request, *args, **kwargs)


def _pair(text: str) -> tuple[int, int] | None:
    """A checkbox's "7:3" as (7, 3)."""
    key, _colon, version = text.partition(":")
    if not _NUMBER.fullmatch(key) or not _NUMBER.fullmatch(version):
        return None
    return int(key), min(int(version), 2**31 - 1)
