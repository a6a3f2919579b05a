"""How a wave chooses whom it asks, and how far it is."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Audience(models.TextChoices):
    """Who is asked."""

    HOUSEHOLDS = "households", pgettext_lazy("audience of a survey", "Households")
    STAFF = "staff", pgettext_lazy("audience of a survey", "Staff")
    OPEN = "open", _("Whoever scans the code")
    SERVICE = "service", _("Residents after a service")


class Selection(models.TextChoices):
    """A random sample, or everybody."""

    SAMPLE = "sample", _("Random sample")
    ALL = "all", pgettext_lazy("selection of a survey", "Everybody")


class Stratify(models.TextChoices):
    """Parts each of which is asked in proportion to its size."""

    NONE = "none", _("Whole site")
    BUILDING = "building", _("By building")
    ZONE = "zone", _("By zone")


class WaveState(models.TextChoices):
    """Prepared, answered, over. A closed wave never opens again."""

    DRAFT = "draft", pgettext_lazy("survey", "In preparation")
    OPEN = "open", pgettext_lazy("survey", "Running")
    CLOSED = "closed", pgettext_lazy("survey", "Closed")
    CANCELLED = "cancelled", pgettext_lazy("survey", "Cancelled")


WAVE_TONES = {
    WaveState.DRAFT: "warn",
    WaveState.OPEN: "info",
    WaveState.CLOSED: "ok",
    WaveState.CANCELLED: "idle",
}
