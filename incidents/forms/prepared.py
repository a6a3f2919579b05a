"""Forms of templates and of rules of simplified approval. Texts are written in the three languages side by side."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.translated_forms import TranslatedModelForm
from incidents.categories import CATEGORIES
from incidents.forms.intake import SLASH, what_choices
from incidents.models import ApprovalRule, CaseTemplate
from incidents.workflows import WORKFLOWS
from organization.access import sites_of
from organization.models import Site


class SharedForm(TranslatedModelForm):
    """A row of the company or of one site, with texts in every language."""

    required_texts: tuple[str, ...] = ("name",)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sites = [site.pk for site in sites_of(user)]
        self.fields["site"].queryset = Site.objects.filter(pk__in=sites).order_by("code")  # type: ignore[attr-defined]
        self.fields["site"].empty_label = _("every site")  # type: ignore[attr-defined]


class TemplateForm(SharedForm):
    """A template of a frequent case."""

    texts = {
        "name": (_("Name"), 1),
        "title": (_("What"), 1),
        "text": (_("Description"), 2),
        "measures": (_("First measures, one a line"), 4),
    }
    required_texts = ("name", "title")
    what = forms.ChoiceField(label=_("Category"), choices=what_choices, required=False)

    class Meta:
        model = CaseTemplate
        fields = ("code", "site", "kind", "what", "priority", "position", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.instance.subcategory or self.instance.category
        if code:
            self.initial.setdefault("what", f"{self.instance.kind}{SLASH}{code}")

    def clean(self) -> dict[str, Any]:
        """The category as the kind's own."""
        data = super().clean()
        kind, _slash, code = (data.get("what") or "").partition(SLASH)
        self.instance.category = self.instance.subcategory = ""
        if code and kind != data.get("kind"):
            self.add_error("what", _("This does not fit the kind."))
        elif code:
            category = next(one for one in CATEGORIES[kind] if code == one.code or code in dict(one.subs))
            self.instance.category = category.code
            self.instance.subcategory = "" if code == category.code else code
        return data


def step_choices() -> list[tuple[str, Any]]:
    """The steps of every kind, grouped by it: ("hazard/verify", name)."""
    groups: list[tuple[str, Any]] = []
    for kind, workflow in WORKFLOWS.items():
        rows = [(f"{kind}{SLASH}{step.code}", step.label) for step in workflow.steps]
        groups.append((str(workflow.kind.label), rows))
    return groups


class RuleForm(SharedForm):
    """A rule of simplified approval."""

    texts = {"name": (_("Name"), 1)}
    way = forms.ChoiceField(label=_("Step"), choices=step_choices)

    class Meta:
        model = ApprovalRule
        fields = ("code", "site", "way", "category", "gravest", "severity", "waives_superior", "waives_second_person", "is_active")  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.step:
            self.initial.setdefault("way", f"{self.instance.kind}{SLASH}{self.instance.step}")

    def clean(self) -> dict[str, Any]:
        """Kind and step of the choice."""
        data = super().clean()
        kind, _slash, step = (data.get("way") or "").partition(SLASH)
        self.instance.kind, self.instance.step = kind, step
        return data
