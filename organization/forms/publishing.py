"""Forms of what a site publishes to its residents."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.translated_forms import TranslatedModelForm
from core.widgets import DateTimeInput
from organization.models import PrivacyNotice, SiteInformation, SiteNotice


class NoticeForm(TranslatedModelForm):
    """A notice, in as many languages as there are readers."""

    texts = {"title": (_("Title"), 1), "text": (_("Text"), 5)}
    required_texts = ("title",)
    starts_at = forms.DateTimeField(
        label=_("From"), widget=DateTimeInput, required=False, help_text=_("Site time. Empty: at once.")
    )
    ends_at = forms.DateTimeField(
        label=_("Until"),
        widget=DateTimeInput,
        required=False,
        help_text=_("Site time. Empty: until it is withdrawn."),
    )

    class Meta:
        model = SiteNotice
        fields = ("kind",)


class InformationForm(TranslatedModelForm):
    """Whom to call, fees, how a repair goes."""

    texts = {
        "office_hours": (_("Hours of the office"), 1),
        "channels": (_("Other ways to reach us"), 3),
        "fees": (_("Fees"), 5),
        "repairs": (_("How a repair goes"), 5),
    }

    class Meta:
        model = SiteInformation
        fields = ("control_room_phone", "office_phone")


class PrivacyForm(TranslatedModelForm):
    """A new version of the privacy notice."""

    texts = {"text": (_("Text"), 14)}
    required_texts = ("text",)
    longest_text = 10_000

    class Meta:
        model = PrivacyNotice
        fields: tuple[str, ...] = ()
