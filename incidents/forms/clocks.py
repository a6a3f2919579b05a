"""Forms about the clocks of one case."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.widgets import DateTimeInput
from incidents.forms.cases import VersionedForm
from incidents.models import Case, Pause, Priority, ReportChannel, StatutoryGrade, UpwardReport
from incidents.selectors.upward import ITEM_LABELS


def _text(label: Any, *, required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, widget=forms.Textarea(attrs={"rows": 3}), max_length=10_000
    )


class PriorityForm(VersionedForm):
    """Another priority, and why."""

    priority = forms.ChoiceField(
        label=_("Priority"),
        choices=Priority,
        help_text=_("The limits follow. The first due time stays on record."),
    )
    note = _text(_("Reason"))


class PauseForm(VersionedForm):
    """Why the limits stand still, and perhaps until when."""

    reason = forms.ChoiceField(label=_("Reason"), choices=Pause.Reason)
    note = _text(_("Note"))
    expected_until = forms.DateTimeField(
        label=_("Expected until"),
        widget=DateTimeInput,
        required=False,
        help_text=_("Site time. The limits run again by themselves then. Leave empty if nobody knows."),
    )


class ResumeForm(VersionedForm):
    """The limits run again."""

    note = _text(_("Note"))


class ExtensionForm(forms.Form):
    """A later due time, and why."""

    until = forms.DateTimeField(label=_("New due time"), widget=DateTimeInput, help_text=_("Site time."))
    reason = _text(_("Reason"), required=True)


class DecisionForm(VersionedForm):
    """Grant or refuse."""

    is_granted = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[("yes", _("Grant")), ("no", _("Refuse"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    note = _text(_("Note"))


class UpwardReportForm(VersionedForm):
    """The six items, prepared from the case, and whether it has been sent."""

    statutory_grade = forms.ChoiceField(
        label=_("Statutory grade"),
        choices=StatutoryGrade,
        help_text=_("A work-safety accident is reported to the authorities within one hour."),
    )
    is_sent = forms.BooleanField(
        label=_("It has been reported"),
        required=False,
        help_text=_("Leave it open to keep a draft. A report that was sent is not changed any more."),
    )
    sent_to = forms.CharField(label=_("Reported to"), max_length=200, required=False)
    channel = forms.ChoiceField(label=_("How"), choices=[("", "—"), *ReportChannel.choices], required=False)

    def __init__(self, *args: Any, case: Case, report: UpwardReport, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        written = {name: self.fields.pop(name) for name in ("is_sent", "sent_to", "channel")}
        for name, label in ITEM_LABELS.items():
            self.fields[name] = _text(label)
        self.fields |= written
        if report.is_supplement:
            del self.fields["statutory_grade"]
