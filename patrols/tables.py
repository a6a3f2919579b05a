"""Tables of the lists."""

from typing import Any

import django_tables2 as tables
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.listing import AtColumn, DurationColumn, NumberColumn, StatusColumn, Table
from core.recurrence import describe
from core.templatetags.ui import badge
from patrols.models import VERDICT_TONES, Checkpoint, Plan, Round, Route, Scan, Verdict
from patrols.wording import explain


class CheckpointTable(Table):
    """Checkpoints."""

    code = tables.Column(linkify=("patrols:checkpoint", {"pk": tables.A("pk")}))
    name = tables.Column(linkify=("patrols:checkpoint", {"pk": tables.A("pk")}))

    class Meta(Table.Meta):
        model = Checkpoint
        fields = ("code", "name", "site", "zone", "place", "checklist", "is_active")
        order_by = ("code",)


class RouteTable(Table):
    """Routes."""

    name = tables.Column(linkify=("patrols:route", {"pk": tables.A("pk")}))
    point_count = NumberColumn(verbose_name=_("points"))

    class Meta(Table.Meta):
        model = Route
        fields = ("name", "site", "order", "zone", "point_count", "is_active")


class PlanTable(Table):
    """Plans."""

    name = tables.Column(linkify=("patrols:plan", {"pk": tables.A("pk")}))
    rule = tables.Column(verbose_name=_("when"), orderable=False)

    class Meta(Table.Meta):
        model = Plan
        fields = ("name", "site", "discipline", "route", "rule", "window_minutes", "post", "is_active")

    def render_rule(self, record: Plan) -> str:
        """The rule in words."""
        return describe(record.rule)

    def value_rule(self, record: Plan) -> str:
        """The same for files."""
        return describe(record.rule)


class RoundTable(Table):
    """Rounds."""

    due_start = AtColumn(
        site="site", verbose_name=_("due"), linkify=("patrols:round", {"pk": tables.A("pk")})
    )
    plan = tables.Column(linkify=("patrols:round", {"pk": tables.A("pk")}))
    status = StatusColumn(verbose_name=_("status"))
    visited = tables.Column(
        verbose_name=_("points"), orderable=False, attrs={"th": {"class": "r"}, "td": {"class": "r num"}}
    )
    walked = DurationColumn(verbose_name=_("took"), accessor="duration", orderable=False)

    class Meta(Table.Meta):
        model = Round
        fields = ("due_start", "plan", "site", "discipline", "status", "visited", "walked", "post", "person")
        order_by = ("-due_start",)

    def render_visited(self, record: Round) -> str:
        """How many of how many."""
        return f"{len(record.visited)} / {len(record.points)}"

    def value_visited(self, record: Round) -> str:
        """The same for files."""
        return f"{len(record.visited)}/{len(record.points)}"


class ScanTable(Table):
    """Scans."""

    corrected_at = AtColumn(site="site", verbose_name=_("scanned at"))
    received_at = AtColumn(site="site", verbose_name=_("received at"))
    verdict = StatusColumn(verbose_name=_("verdict"))
    checkpoint = tables.Column(linkify=("patrols:checkpoint", {"pk": tables.A("checkpoint_id")}))
    round = tables.TemplateColumn(
        '{% load i18n %}{% if record.round_id %}<a href="{% url "patrols:round" record.round_id %}">{% translate "open" %}</a>{% endif %}',
        accessor="round_id",  # the round itself would be fetched for every row
        orderable=False,
        exclude_from_export=True,
    )

    class Meta(Table.Meta):
        model = Scan
        fields = (
            "corrected_at",
            "checkpoint",
            "person",
            "site",
            "method",
            "verdict",
            "reasons",
            "received_at",
            "round",
        )

    def render_verdict(self, record: Any) -> SafeString:
        """The verdict as it stands after review."""
        verdict = Verdict(record.standing)
        return badge(verdict.label, VERDICT_TONES[verdict])

    def value_verdict(self, record: Any) -> str:
        """The same for files."""
        return str(Verdict(record.standing).label)

    def render_reasons(self, record: Scan) -> str:
        """Codes of the reasons in words."""
        return " ".join(str(line.text) for line in explain(record))

    def value_reasons(self, record: Scan) -> str:
        """The same for files."""
        return self.render_reasons(record)
