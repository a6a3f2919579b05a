"""Forms of checkpoints, routes, plans and verdicts."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from checklists.models import Checklist
from core.recurrence.forms import RuleField
from organization.models import Person, Site
from patrols.models import Checkpoint, Plan, Route, Verdict

LAYOUTS = [("2x4", _("8 on a sheet, large")), ("3x5", _("15 on a sheet"))]


class CheckpointForm(forms.ModelForm[Checkpoint]):
    """A point and where it is."""

    class Meta:
        model = Checkpoint
        fields = (
            "code", "name", "place", "zone", "building", "floor", "checklist", "freshness_hours", "latitude", "longitude",
            "radius_m",
        )  # fmt: skip

    x = forms.FloatField(required=False, min_value=0, max_value=1, widget=forms.HiddenInput)
    y = forms.FloatField(required=False, min_value=0, max_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["zone"].queryset = site.zones.filter(is_active=True)  # type: ignore[attr-defined]
        self.fields["building"].queryset = site.buildings.all()  # type: ignore[attr-defined]
        lists = Checklist.objects.filter(
            company_id=site.company_id, is_active=True, versions__state="published"
        )
        self.fields["checklist"].queryset = lists  # type: ignore[attr-defined]
        # The place's inputs belong to the plan editor beside these fields.
        self.helper = FormHelper(self)
        self.helper.layout = Layout(*(name for name in self.fields if name not in ("x", "y")))

    def add_prefix(self, field_name: str) -> str:
        """The plan editor posts a point as point_x and point_y."""
        return f"point_{field_name}" if field_name in ("x", "y") else super().add_prefix(field_name)


class RouteForm(forms.ModelForm[Route]):
    """A route; its points in order."""

    points = forms.CharField(
        label=_("Points in order"),
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("One code in each line, in the order they are walked."),
    )

    class Meta:
        model = Route
        fields = ("name", "order", "zone")

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.site = site
        self.fields["zone"].queryset = site.zones.filter(is_active=True)  # type: ignore[attr-defined]
        if self.instance.pk:
            codes = self.instance.points.order_by("position").values_list("checkpoint__code", flat=True)
            self.initial["points"] = "\n".join(codes)

    def clean_points(self) -> list[int]:
        """Checkpoint ids in order; unknown and doubled codes are named."""
        codes = [line.strip() for line in self.cleaned_data["points"].splitlines() if line.strip()]
        known = dict(self.site.checkpoints.filter(is_active=True, code__in=codes).values_list("code", "pk"))
        unknown = [code for code in codes if code not in known]
        if unknown:
            raise forms.ValidationError(
                _("No point at this site has the code %(codes)s."), params={"codes": ", ".join(unknown)}
            )
        doubled = sorted({code for code in codes if codes.count(code) > 1})
        if doubled:
            raise forms.ValidationError(_("Listed twice: %(codes)s."), params={"codes": ", ".join(doubled)})
        if not codes:
            raise forms.ValidationError(_("A route has at least one point."))
        return [known[code] for code in codes]


class PlanForm(forms.ModelForm[Plan]):
    """When a route is walked, by whom, and what counts as on time."""

    rule = RuleField(label=_("When"))

    class Meta:
        model = Plan
        fields = (
            "name", "route", "discipline", "rule", "window_minutes", "grace_minutes", "early_minutes", "post", "person", "basis",
        )  # fmt: skip

    def __init__(self, *args: Any, site: Site, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["route"].queryset = site.routes.filter(is_active=True)  # type: ignore[attr-defined]
        self.fields["post"].queryset = site.posts.filter(is_active=True)  # type: ignore[attr-defined]
        people = Person.objects.visible_to(user).filter(is_active=True, memberships__site=site).distinct()
        self.fields["person"].queryset = people  # type: ignore[attr-defined]
        self.fields["person"].help_text = _("Leave empty when whoever is on the post walks it.")


class OverruleForm(forms.Form):
    """A supervisor's own judgement of a scan, with a note."""

    verdict = forms.ChoiceField(label=_("Verdict"), choices=Verdict)
    counts = forms.BooleanField(label=_("Counts as a visit"), required=False, initial=True)
    note = forms.CharField(
        label=_("Note"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What you saw or asked. The guard can read it."),
    )


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class LabelSheetForm(forms.Form):
    """Which labels to print, how large."""

    layout = forms.ChoiceField(label=_("Layout"), choices=LAYOUTS)
    checkpoints = forms.ModelMultipleChoiceField(
        label=_("Points"), queryset=Checkpoint.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        points = site.checkpoints.filter(is_active=True).order_by("code")
        self.fields["checkpoints"].queryset = points  # type: ignore[attr-defined]
        self.fields["checkpoints"].initial = [point.pk for point in points]
