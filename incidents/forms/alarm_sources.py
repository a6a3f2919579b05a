"""Forms of alarm sources and their rules."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import policies
from incidents.forms.alarms import split_what
from incidents.forms.intake import SLASH, what_choices
from incidents.models import AlarmRule, AlarmSource
from organization.access import sites_of
from organization.models import Site, Zone


class AlarmSourceForm(forms.ModelForm[AlarmSource]):
    """A source. Its site is chosen once; it stays there."""

    class Meta:
        model = AlarmSource
        fields = (
            "site",
            "kind",
            "name",
            "zone",
            "topic",
            "heartbeat_seconds",
            "silence_seconds",
            "is_active",
        )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        site, zone = self.fields["site"], self.fields["zone"]
        zone.empty_label = "—"  # type: ignore[attr-defined]
        if self.instance._state.adding:
            mine = [one for one in sites_of(user) if policies.allowed(user, "add", AlarmSource, parent=one)]
            site.queryset = Site.objects.filter(pk__in=[one.pk for one in mine]).order_by("code")  # type: ignore[attr-defined]
            if len(mine) == 1:
                self.initial.setdefault("site", mine[0].pk)
            zone.queryset = Zone.objects.filter(site__in=mine, is_active=True).select_related("site")  # type: ignore[attr-defined]
            del self.fields["is_active"]
        else:
            del self.fields["site"]
            zone.queryset = Zone.objects.filter(site=self.instance.site, is_active=True)  # type: ignore[attr-defined]


class AlarmRuleForm(forms.ModelForm[AlarmRule]):
    """A rule of a source."""

    what = forms.ChoiceField(label=_("Category"), choices=what_choices, required=False)

    class Meta:
        model = AlarmRule
        fields = (
            "position",
            "code",
            "device",
            "at_least",
            "effect",
            "kind",
            "what",
            "priority",
            "title",
            "zone",
            "group_by",
            "window_seconds",
            "debounce_seconds",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone: Any = self.fields["zone"]
        zone.queryset = Zone.objects.filter(site=self.instance.source.site, is_active=True)
        zone.empty_label = "—"
        self.fields["kind"].help_text = _("For rules that open a case, and proposed for the others.")
        code = self.instance.subcategory or self.instance.category
        if code:
            self.initial.setdefault("what", f"{self.instance.kind}{SLASH}{code}")

    def clean(self) -> dict[str, Any]:
        """The category as the kind's own."""
        data = super().clean() or {}
        found = split_what(data.get("kind") or "", data.get("what") or "")
        if found is None:
            self.add_error("what", _("This does not fit the kind."))
        self.instance.category, self.instance.subcategory = found or ("", "")
        return data
