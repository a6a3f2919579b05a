"""Forms of observations, forums and feedback. Their times are the site's."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from checklists.models import Check
from collaboration.forms.fields import SiteTimeField
from collaboration.models import ActionItem
from collaboration.selectors.people import workers_of
from core import wording
from core.attachments.forms import PhotosField
from core.clock import local
from core.translated_forms import TranslatedModelForm
from organization.models import Site, Zone
from surveys.models import Forum, Observation, SaidDone, Wave, WaveState
from surveys.services.meetings import checks_to_choose


class _SiteModelForm(forms.ModelForm[Any]):
    """A form about a row of one site: times on its wall."""

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.site = site
        for field in self.fields.values():
            if isinstance(field, SiteTimeField):
                field.zone = site.zone_info


class ObservationForm(_SiteModelForm):
    """What was seen, where and when; things to be put right, one a line."""

    observed_at = SiteTimeField(label=_("Observed at"))
    findings = forms.CharField(
        label=_("To be put right"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One thing a line. Each may then become a case."),
    )
    photos = PhotosField(required=False)

    class Meta:
        model = Observation
        fields = ("observed_at", "zone", "is_unannounced", "what_was_seen", "check_made")
        widgets = {"what_was_seen": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, site=site, **kwargs)
        self.fields["zone"].queryset = Zone.objects.filter(site=site, is_active=True)  # type: ignore[attr-defined]  # a ModelChoiceField
        checks = checks_to_choose(site)
        if self.instance.check_made_id is not None:
            checks = checks | type(self.instance.check_made).objects.filter(pk=self.instance.check_made_id)
        chosen: Any = self.fields["check_made"]
        chosen.queryset = checks
        chosen.label_from_instance = self._name_of_check
        self.order_fields(
            ["observed_at", "zone", "is_unannounced", "what_was_seen", "findings", "check_made", "photos"]
        )

    def _name_of_check(self, check: Check) -> str:
        """When, what, by whom: the same list is filled in many times a day."""
        made_at = wording.moment(local(check.made_at, self.site.zone_info))
        return f"{made_at} · {check} · {check.person.name}"


class ForumForm(_SiteModelForm):
    """A residents' forum: announced before, its minutes written after."""

    held_at = SiteTimeField(label=pgettext_lazy("of a meeting", "Held at"))

    class Meta:
        model = Forum
        fields = ("held_at", "place", "chair", "topics", "residents_present", "present", "minutes")
        widgets = {
            "topics": forms.Textarea(attrs={"rows": 3}),
            "present": forms.Textarea(attrs={"rows": 3}),
            "minutes": forms.Textarea(attrs={"rows": 8}),
        }

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, site=site, **kwargs)
        self.fields["chair"].queryset = workers_of(site)  # type: ignore[attr-defined]  # a ModelChoiceField


class FeedbackForm(TranslatedModelForm):
    """What residents said and what was done about it, in as many languages as there are readers."""

    texts = {"said": (_("You said"), 2), "did": (_("We did"), 3)}
    required_texts = ("said", "did")
    longest_text = 600

    class Meta:
        model = SaidDone
        fields = ("wave", "action")

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        waves = Wave.objects.filter(site=site, state__in=(WaveState.OPEN, WaveState.CLOSED))
        self.fields["wave"].queryset = waves  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["action"].queryset = ActionItem.objects.filter(site=site).order_by("-created_at")[:100]  # type: ignore[attr-defined]  # a ModelChoiceField
