"""Which kinds a person gets by mail."""

from typing import Any

from django import forms

from core.notifications.kinds import registered
from core.notifications.preferences import choices_of


class PreferencesForm(forms.Form):
    """One switch per kind."""

    def __init__(self, *args: Any, person: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = choices_of(person)
        for kind in sorted(registered().values(), key=lambda kind: str(kind.label)):
            self.fields[kind.name.replace(".", "-")] = forms.BooleanField(
                label=_plain(kind.label), required=False, initial=chosen[kind.name]
            )

    def wanted(self) -> dict[str, bool]:
        """The choices made, by kind."""
        return {name.replace("-", ".", 1): bool(value) for name, value in self.cleaned_data.items()}


def _plain(label: Any) -> str:
    """A label without its places: "Round missed: %(plan)s" → "Round missed"."""
    return str(label).split("%(", 1)[0].rstrip(" :：，,–—-") or str(label)
