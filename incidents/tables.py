"""Tables of the lists."""

from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.listing import DESK_ONLY, ONE_LINE, AtColumn, NumberColumn, StatusColumn, Table, WhenColumn
from core.outgoing import in_words
from core.templatetags import ui
from incidents.columns import DueColumn
from incidents.models import ApprovalRule, Case, CaseTemplate, IntakePoint, Mailbox
from incidents.selectors.dispatching import lead_badge
from incidents.workflows import workflow_of


class ChosenColumn(tables.Column):
    """A checkbox for acting on several rows; its form stands beside the list (id “bulk”)."""

    def __init__(self) -> None:
        super().__init__(
            accessor="pk",
            orderable=False,
            exclude_from_export=True,
            verbose_name=_("Choose"),
            attrs={"td": {"class": "choose desk-only"}, "th": {"class": "choose"}},
        )

    def render(self, record: Case) -> SafeString:
        """The version looked at goes along: what somebody changed meanwhile is left alone."""
        return format_html(
            '<input class="form-check-input" type="checkbox" form="bulk" name="case" value="{}:{}" aria-label="{}" '
            'data-select-all-target="one">',
            record.pk,
            record.version,
            _("Choose %(number)s") % {"number": record.number},
        )


class StateColumn(tables.Column):
    """Where a case stands in the workflow of its kind, in the tone of its status."""

    export_kind = "text"

    def render(self, record: Case) -> SafeString:
        """The badge."""
        return ui.badge(self.value(record), record.status_tone)

    def value(self, record: Case) -> str:
        """The state's name."""
        return str(workflow_of(record.kind).state(record.state).label)


class AssignedColumn(tables.Column):
    """Whose case it is, and how far they are when they were sent."""

    def render(self, value: Any, record: Case) -> SafeString:
        """The name, with the badge of `lead_state` where the list has it."""
        badge = lead_badge(record)
        return format_html("{}", value) if badge is None else format_html("{} {}", value, ui.badge(*badge))

    def value(self, value: Any) -> str:
        """The name alone."""
        return str(value)


class CaseTable(Table):
    """Cases."""

    chosen = ChosenColumn()
    number = tables.Column(linkify=("incidents:case", {"pk": tables.A("pk")}), attrs=ONE_LINE)
    title = tables.Column(
        linkify=("incidents:case", {"pk": tables.A("pk")}), attrs={"td": {"class": "row-title"}}
    )
    kind = tables.Column(attrs={"td": {"class": "nowrap desk-only"}})
    site = tables.Column(attrs=DESK_ONLY)
    priority = StatusColumn(verbose_name=_("priority"))
    state = StateColumn(verbose_name=_("state"), order_by=("kind", "state"))
    reported_at = AtColumn(
        site="site", verbose_name=_("reported at"), attrs={"td": {"class": "nowrap desk-only"}}
    )
    due_at = DueColumn(site="site", verbose_name=_("due"))
    assigned_to = AssignedColumn(attrs=ONE_LINE)

    class Meta(Table.Meta):
        model = Case
        fields = (
            "chosen",
            "title",
            "number",
            "kind",
            "priority",
            "state",
            "site",
            "place",
            "reported_at",
            "due_at",
            "assigned_to",
        )


class MailboxTable(Table):
    """Mailboxes."""

    address = tables.Column(linkify=("incidents:mailbox_change", {"pk": tables.A("pk")}))
    looked_at = WhenColumn(site="site", verbose_name=_("last looked into"))
    trouble = tables.Column(verbose_name=_("state"), orderable=False, empty_values=())
    acts = tables.TemplateColumn(
        template_name="incidents/_mailbox_acts.html",
        verbose_name="",
        orderable=False,
        exclude_from_export=True,
        attrs={"td": {"class": "r nowrap"}},
    )

    class Meta(Table.Meta):
        model = Mailbox
        fields = ("address", "site", "host", "is_active", "looked_at", "trouble", "acts")

    def render_trouble(self, record: Mailbox) -> SafeString:
        """What the server said, or that it answers."""
        if record.trouble:
            return format_html(
                "{}<br><span class=small>{}</span>",
                ui.badge(_("trouble"), "danger"),
                in_words(record.trouble),
            )
        return (
            ui.badge(_("answers"), "ok") if record.looked_at else ui.badge(_("not looked into yet"), "idle")
        )


class TemplateTable(Table):
    """Templates of frequent cases."""

    name = tables.Column(linkify=("incidents:template_change", {"pk": tables.A("pk")}), orderable=False)

    class Meta(Table.Meta):
        model = CaseTemplate
        fields = ("name", "kind", "priority", "site", "position", "is_active")


class RuleTable(Table):
    """Rules of simplified approval."""

    name = tables.Column(linkify=("incidents:rule_change", {"pk": tables.A("pk")}), orderable=False)
    step = tables.Column(orderable=False)
    waives_superior = tables.BooleanColumn(verbose_name=_("needs no superior"))
    waives_second_person = tables.BooleanColumn(verbose_name=_("needs no second person"))

    class Meta(Table.Meta):
        model = ApprovalRule
        fields = ("name", "kind", "step", "gravest", "severity", "waives_superior", "waives_second_person", "site", "is_active")  # fmt: skip

    def render_step(self, record: ApprovalRule) -> str:
        """The step's own words."""
        try:
            return str(workflow_of(record.kind).step(record.step).label)
        except LookupError:
            return record.step


class IntakePointTable(Table):
    """Intake points, and how many reports came by each."""

    place = tables.Column(linkify=("incidents:point", {"pk": tables.A("pk")}))
    reports = NumberColumn(verbose_name=_("reports"), order_by="reports")
    issued_at = AtColumn(site="site")

    class Meta(Table.Meta):
        model = IntakePoint
        fields = ("place", "site", "building", "reports", "issued_at", "is_active")
