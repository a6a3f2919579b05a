"""Tables of the lists."""

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.listing import AtColumn, NumberColumn, StatusColumn, Table
from core.recurrence import describe
from core.templatetags import ui
from surveys.models import BankQuestion, Invitation, Questionnaire, SurveyPlan, Wave


class QuestionnaireTable(Table):
    """Questionnaires."""

    title = tables.Column(linkify=("surveys:questionnaire", {"pk": tables.A("pk")}), orderable=False)
    published = tables.Column(verbose_name=_("asked now"), accessor="published_number", orderable=False)
    waves = NumberColumn(verbose_name=_("survey waves"), accessor="wave_count", orderable=False)

    class Meta(Table.Meta):
        model = Questionnaire
        fields = ("title", "code", "purpose", "published", "waves")

    def render_published(self, value: int) -> str:
        """Its version."""
        return str(_("version %(number)s") % {"number": value})


class BankTable(Table):
    """The question bank."""

    text = tables.Column(orderable=False)

    class Meta(Table.Meta):
        model = BankQuestion
        fields = ("text", "item", "kind", "code")


class WaveTable(Table):
    """Waves."""

    title = tables.Column(linkify=("surveys:wave", {"pk": tables.A("pk")}), orderable=False)
    state = StatusColumn()
    opens_at = AtColumn(site="site", form="date")
    closes_at = AtColumn(site="site", form="date")
    invited = NumberColumn()
    answered = NumberColumn(verbose_name=_("valid answers"), accessor="valid_count", orderable=False)
    by_code = NumberColumn(verbose_name=_("by the open code"), accessor="open_count", orderable=False)

    class Meta(Table.Meta):
        model = Wave
        fields = (
            "title", "site", "state", "audience", "opens_at", "closes_at", "invited", "answered", "by_code"
        )  # fmt: skip


class InvitationTable(Table):
    """Who was invited, and whether an answer came. What they answered stands nowhere here."""

    whom = tables.Column(verbose_name=pgettext_lazy("invited", "who"), accessor="pk", orderable=False)
    stratum = tables.Column(orderable=False)
    state = StatusColumn(orderable=False)
    sent_at = AtColumn(
        verbose_name=pgettext_lazy("invitation", "sent"), site="wave__site", form="date", orderable=False
    )
    reminded_at = AtColumn(site="wave__site", form="date", orderable=False)
    acts = tables.TemplateColumn(
        template_name="surveys/_invitation_acts.html",
        verbose_name="",
        orderable=False,
        exclude_from_export=True,
    )

    class Meta(Table.Meta):
        model = Invitation
        fields = ("whom", "stratum", "state", "sent_at", "reminded_at", "acts")

    def render_whom(self, record: Invitation) -> str:
        """The unit, the colleague, or the case."""
        return self.value_whom(record)

    def value_whom(self, record: Invitation) -> str:
        """The same for files."""
        if record.case is not None:
            return record.case.number
        return record.household.code if record.household is not None else str(record.person)


class PlanTable(Table):
    """Plans of the calendar."""

    activity = tables.Column(linkify=("surveys:plan_change", {"pk": tables.A("pk")}))
    questionnaire = tables.Column(orderable=False)
    rule = tables.Column(orderable=False)

    class Meta(Table.Meta):
        model = SurveyPlan
        fields = ("activity", "site", "questionnaire", "rule", "is_active")

    def render_rule(self, record: SurveyPlan) -> str:
        """In words."""
        return describe(record.rule)

    def render_is_active(self, value: Any) -> Any:
        """In use or not."""
        return ui.badge(_("active"), "ok") if value else ui.badge(_("switched off"), "idle")
