"""What the forms share: a time on the site's wall, the version looked at, the lists of people and departments."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.clock import local
from core.plausible_days import plausible
from core.recurrence import instant_of
from core.widgets import DateTimeInput
from organization.models import Site


class SiteTimeField(forms.DateTimeField):
    """A time as the site's wall clock shows it; cleans to an aware instant. The form sets `zone`."""

    widget = DateTimeInput
    zone: ZoneInfo = ZoneInfo("UTC")

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("Site time."))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """An instant as the wall shows it; what was typed as it was typed."""
        if isinstance(value, datetime) and timezone.is_aware(value):
            return local(value, self.zone).replace(tzinfo=None)
        return super().prepare_value(value)

    def to_python(self, value: Any) -> datetime | None:
        """Django reads it in the server's zone; it is meant in the site's."""
        read = super().to_python(value)
        if read is None:
            return None
        plausible(read)  # the zone is applied before validators run
        naive = (
            timezone.make_naive(read, timezone.get_current_timezone()) if timezone.is_aware(read) else read
        )
        return instant_of(naive, self.zone)


class SiteForm(forms.Form):
    """A form about something of one site: its times are the site's."""

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, SiteTimeField):
                field.zone = site.zone_info


class VersionedForm(SiteForm):
    """Carries the version of the row the person looked at (F46)."""

    version = forms.IntegerField(widget=forms.HiddenInput)


def long_text(label: Any, *, rows: int = 3, **kwargs: Any) -> forms.CharField:
    """A text of several lines."""
    return forms.CharField(
        label=label, max_length=10_000, widget=forms.Textarea(attrs={"rows": rows}), **kwargs
    )
