"""The form of a saved view."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import policies
from core.models import SavedView


class SavedViewForm(forms.Form):
    """Its name, for whom, and whether the list opens with it."""

    name = forms.CharField(label=_("Name"), max_length=60, help_text=_("For example “My overdue P1”."))
    is_shared = forms.BooleanField(
        label=_("Share with my company"),
        required=False,
        help_text=_("Colleagues see it above the list, with the rows they may see."),
    )
    is_default = forms.BooleanField(
        label=_("Open the list with it"), required=False, help_text=_("Only for you. “All” shows everything.")
    )

    def __init__(self, *args: Any, user: Any, view: SavedView | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shared = view is not None and view.is_shared
        if not shared and not policies.allowed(user, "share", SavedView):
            del self.fields["is_shared"]
        if view is not None:
            chosen = bool(getattr(view, "is_default", False))
            self.initial.update(name=view.name, is_shared=shared, is_default=chosen)

    def clean(self) -> dict[str, Any]:
        """A form without the choice shares nothing."""
        return {"is_shared": False, **(super().clean() or {})}
