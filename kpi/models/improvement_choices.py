"""What may be chosen of an improvement measure: its stage, origin, severity, extent, and the result of a check."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Stage(models.TextChoices):
    """Where a measure stands: PDCA, then closed; or given up."""

    PLAN = "plan", pgettext_lazy("improvement", "Plan")
    DO = "do", pgettext_lazy("improvement", "Do")
    CHECK = "check", pgettext_lazy("improvement", "Check")
    ACT = "act", pgettext_lazy("improvement", "Act")
    CLOSED = "closed", pgettext_lazy("improvement", "Closed: now the standard")
    CANCELLED = "cancelled", pgettext_lazy("improvement", "Cancelled")


#: Still somebody's work.
OPEN = (Stage.PLAN, Stage.DO, Stage.CHECK, Stage.ACT)
TONES = {
    Stage.PLAN: "idle",
    Stage.DO: "warn",
    Stage.CHECK: "info",
    Stage.ACT: "info",
    Stage.CLOSED: "ok",
    Stage.CANCELLED: "idle",
}


class Origin(models.TextChoices):
    """What the measure came from (R100)."""

    INDICATOR = "indicator", _("An indicator off its target")
    CASE = "case", _("A case")
    SURVEY = "survey", _("A survey")
    DRILL = "drill", _("A drill")
    AUDIT = "audit", _("An audit or inspection")
    MEETING = "meeting", _("A meeting")
    SUGGESTION = "suggestion", _("A suggestion")
    OTHER = "other", pgettext_lazy("what a measure came from", "Something else")


class Severity(models.IntegerChoices):
    """How bad the problem is."""

    SLIGHT = 1, pgettext_lazy("severity", "Slight")
    MODERATE = 2, pgettext_lazy("severity", "Moderate")
    SERIOUS = 3, pgettext_lazy("severity", "Serious")


SEVERITY_TONES = {Severity.SLIGHT: "idle", Severity.MODERATE: "warn", Severity.SERIOUS: "danger"}


class Extent(models.TextChoices):
    """How far the problem reaches."""

    PLACE = "place", _("One place")
    ZONE = "zone", _("One zone")
    SITE = "site", _("The whole site")
    SITES = "sites", _("Several sites")


class Verdict(models.TextChoices):
    """What the check of a loop found."""

    NONE = "", _("Not checked yet")
    EFFECTIVE = "effective", _("Effective")
    NOT_EFFECTIVE = "not_effective", _("Not effective")
    UNCLEAR = "unclear", _("No clear change")


VERDICT_TONES = {
    Verdict.NONE: "idle",
    Verdict.EFFECTIVE: "ok",
    Verdict.NOT_EFFECTIVE: "danger",
    Verdict.UNCLEAR: "warn",
}
