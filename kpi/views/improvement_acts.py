"""Forms of improvement measures: proposing, changing, and each step of the loop; which steps a person is offered."""

from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collaboration.versions import Stale
from collaboration.views.acts import Act
from collaboration.views.pages import ActPage, AddPage
from core.clock import local_today
from core.ids import uuid7
from core.policies import allowed
from kpi.forms import improvements as forms
from kpi.models import SHORTEST, Improvement, Stage, Verdict
from kpi.selectors.compared import compared
from kpi.selectors.comparing import measurable
from kpi.selectors.starting import initial_from
from kpi.services.improving import confirming, proposing, stepping
from organization.middleware import person_of

_CHANGE = ("change", "improvement_change", gettext_lazy("Change"), "pencil")
_CANCEL = ("decide", "improvement_cancel", gettext_lazy("Cancel the measure"), "x-circle")
_BEGIN = ("decide", "improvement_begin", gettext_lazy("Approve and begin"), "play-circle")
_DONE = ("report", "improvement_done", gettext_lazy("Report it done"), "check2-circle")
_CHECK = ("check", "improvement_check", gettext_lazy("Confirm the check"), "check2-all")
_CLOSE = ("decide", "improvement_close", gettext_lazy("Make it the standard"), "journal-check")
_LOOP = ("change", "improvement_loop", gettext_lazy("Plan the next loop"), "arrow-repeat")
#: Stage -> (act of the policy, route, label, icon), the obvious one first.
OFFERED: dict[str, tuple[tuple[str, str, Any, str], ...]] = {
    Stage.PLAN: (_BEGIN, _CHANGE, _CANCEL),
    Stage.DO: (_DONE, _CHANGE, _CANCEL),
    Stage.CHECK: (_CHECK, _CANCEL),
    Stage.ACT: (_CLOSE, _LOOP, _CANCEL),
}


def acts_on(user: Any, row: Improvement) -> list[Act]:
    """The buttons of a measure: by its stage, its verdict, its windows, and what the person may do."""
    offered = list(OFFERED.get(row.stage, ()))
    loop = row.current
    if row.stage == Stage.ACT and loop is not None and loop.verdict == Verdict.NOT_EFFECTIVE:
        offered.remove(_CLOSE)
    if row.stage == Stage.DO and not allowed(user, "decide", row):
        offered.remove(_CHANGE)
    if row.stage == Stage.CHECK and loop is not None and not _is_ready(row):
        offered.remove(_CHECK)
    may = [one for one in offered if allowed(user, one[0], row)]
    return [
        Act(
            label,
            reverse(f"kpi:{route}", args=[row.pk]),
            icon,
            is_primary=number == 0 and route not in {_CHANGE[1], _CANCEL[1]},
        )
        for number, (_act, route, label, icon) in enumerate(may)
    ]


def _is_ready(row: Improvement) -> bool:
    """Is the shortest window after over, or nothing to wait for?"""
    ready = row.current.check_from if row.current else None
    return row.indicator not in measurable() or ready is None or ready <= local_today(row.site.zone_info)


class ImprovementAdd(AddPage):
    """A new measure; from a record (?source=incidents.case:12), or from an indicator (?indicator=K09&month=2026-10)."""

    model = Improvement
    form_class = forms.ImprovementForm
    heading = gettext_lazy("New improvement measure")
    list_url = "kpi:improvements"

    def get_initial(self) -> dict[str, Any]:
        """What its source already says."""
        return initial_from(self.request.GET, self.site, self.source)

    def save(self, form: Any) -> str:
        """Propose it."""
        made = proposing.propose(
            user=person_of(self.request),
            operation_id=uuid7(),
            site=self.site,
            source=self.source,
            draft=form.draft(),
            uploads=form.cleaned_data["photos"],
        )
        return reverse("kpi:improvement", args=[made.improvement.pk])


class MeasureAct(ActPage):
    """Something done with a measure."""

    model = Improvement
    row_url = "kpi:improvement"

    def save(self, form: Any) -> str:
        """Act; somebody faster is told of, with what is now stored (F46)."""
        try:
            self.act(**form.cleaned_data)
        except Stale as stale:
            raise ValidationError(
                _(
                    "Somebody changed this meanwhile; it now stands at “%(stage)s”. Open it again before you go on."
                )
                % {"stage": stale.row.get_stage_display()}
            ) from stale
        return self.cancel_url()

    def given(self, **given: Any) -> dict[str, Any]:
        """What every service is told."""
        if "photos" in given:
            given["uploads"] = given.pop("photos")
        return {"user": person_of(self.request), "improvement_id": self.row.pk, **given}

    @property
    def today(self) -> Any:
        """The day it is at the site."""
        return local_today(self.row.site.zone_info)


class ImprovementChange(MeasureAct):
    """Say a measure anew."""

    form_class = forms.ImprovementChangeForm
    heading = gettext_lazy("Change the measure")

    def get_form_kwargs(self) -> dict[str, Any]:
        """Who owns it keeps it."""
        return {**super().get_form_kwargs(), "improvement": self.row}

    def get_initial(self) -> dict[str, Any]:
        """As it stands."""
        return {**super().get_initial(), **forms.initial_of(self.row)}

    def save(self, form: Any) -> str:
        """Change it."""
        form.cleaned_data = {"version": form.cleaned_data["version"], "draft": form.draft()}
        return super().save(form)

    def act(self, **given: Any) -> None:
        """Changed."""
        proposing.change(**self.given(**given))


class ImprovementBegin(MeasureAct):
    """Approve it and let it begin."""

    form_class = forms.BeginForm
    action = "decide"
    heading = gettext_lazy("Approve and begin")

    def get_initial(self) -> dict[str, Any]:
        """Today."""
        return {**super().get_initial(), "begun_on": self.today}

    def act(self, **given: Any) -> None:
        """Begun."""
        stepping.begin(**self.given(**given))


class ImprovementDone(MeasureAct):
    """Report it done."""

    form_class = forms.DoneForm
    action = "report"
    heading = gettext_lazy("Report it done")

    def get_initial(self) -> dict[str, Any]:
        """Today."""
        return {**super().get_initial(), "done_on": self.today}

    def act(self, **given: Any) -> None:
        """Done."""
        stepping.report_done(**self.given(**given))


class ImprovementCheck(MeasureAct):
    """Confirm what it changed."""

    form_class = forms.CheckForm
    action = "check"
    heading = gettext_lazy("Confirm the check")
    submit_label = gettext_lazy("Confirm")
    template_name = "kpi/improvement_check.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        """With an indicator the figures decide."""
        return {**super().get_form_kwargs(), "is_counted": self.row.indicator in measurable()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The figures as they would be kept."""
        figures = compared(self.row, self.row.current, with_chart=False) if self.row.current else None
        return {
            **super().get_context_data(**kwargs),
            "figures": figures,
            "row": self.row,
            "shortest": SHORTEST,
        }

    def act(self, **given: Any) -> None:
        """Confirmed."""
        confirming.confirm_check(**self.given(**given))


class ImprovementClose(MeasureAct):
    """Make it the standard."""

    form_class = forms.CloseForm
    action = "decide"
    heading = gettext_lazy("Make it the standard")

    def act(self, **given: Any) -> None:
        """Closed."""
        stepping.close(**self.given(**given))


class ImprovementLoopAdd(MeasureAct):
    """Plan the next loop."""

    form_class = forms.LoopForm
    heading = gettext_lazy("Plan the next loop")

    def get_initial(self) -> dict[str, Any]:
        """From today."""
        return {**super().get_initial(), "starts_on": self.today}

    def act(self, **given: Any) -> None:
        """Planned."""
        stepping.plan_next_loop(**self.given(**given))


class ImprovementCancel(MeasureAct):
    """Give it up."""

    form_class = forms.CancelForm
    action = "decide"
    heading = gettext_lazy("Cancel the measure")
    submit_label = gettext_lazy("Cancel it")

    def act(self, **given: Any) -> None:
        """Cancelled."""
        stepping.cancel(**self.given(**given))
