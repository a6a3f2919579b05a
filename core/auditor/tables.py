"""The list of what the auditor found."""

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from core.audit.facts import in_words
from core.auditor.expectations import title_of
from core.listing import Table, WhenColumn
from core.models import AuditorFinding
from core.outbox.registry import title_of as work_title


class FindingTable(Table):
    """What is wrong, where, since when, until when."""

    expectation = tables.Column(verbose_name=_("What is wrong"), orderable=False)
    details = tables.Column(verbose_name=_("Details"), orderable=False)
    site = tables.Column(verbose_name=_("Site"), orderable=False)
    first_seen_at = WhenColumn(verbose_name=_("First seen"), site="site", orderable=False)
    last_seen_at = WhenColumn(verbose_name=_("Last seen"), site="site", orderable=False)
    resolved_at = WhenColumn(verbose_name=_("Gone"), site="site", orderable=False)

    class Meta(Table.Meta):
        model = AuditorFinding
        fields = ("expectation", "details", "site", "first_seen_at", "last_seen_at", "resolved_at")

    def render_expectation(self, value: str) -> str:
        """Its title."""
        return title_of(value)

    def render_details(self, value: dict[str, Any]) -> str:
        """The facts in words; work by its title."""
        return in_words({name: work_title(fact) if name == "work" else fact for name, fact in value.items()})
