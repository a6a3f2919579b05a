"""The waves behind a figure: how much each added to it."""

import django_tables2 as tables
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from core import policies
from core.listing import Empty, ListPage
from core.listing.tables import DESK_ONLY, NumberColumn, StatusColumn, Table
from surveys.counted import COUNTED
from surveys.filters_counted import CountedFilter
from surveys.models import Wave
from surveys.selectors.figures import numbers_of


class CountedTable(Table):
    """Waves with their part of a number."""

    title = tables.Column(
        verbose_name=_("Survey wave"), linkify=("surveys:results", [tables.A("pk")]), orderable=False
    )
    closed_on = tables.DateColumn()
    population = NumberColumn(attrs=DESK_ONLY)
    invited = NumberColumn()
    number = NumberColumn(verbose_name=_("adds to the figure"), empty_values=(), orderable=False)
    state = StatusColumn()

    class Meta(Table.Meta):
        model = Wave
        fields = ("title", "site", "closed_on", "population", "invited", "number", "state")

    def value_number(self, record: Wave) -> int:
        """What the wave adds to the figure."""
        return self._numbers[record.pk].get(self._code, 0)

    render_number = value_number

    @property
    def _code(self) -> str:
        asked = self.request.GET.get("counted", "")
        return asked if asked in COUNTED else "survey_valid"

    @cached_property
    def _numbers(self) -> dict[int, dict[str, int]]:
        """The counts of all rows shown (of all rows of a file), read at once."""
        page = getattr(self, "page", None)
        rows = self.data.data if page is None else [row.record for row in page.object_list]
        return numbers_of(list(rows))


class CountedList(ListPage):
    """Waves behind a figure."""

    model = Wave
    table_class = CountedTable
    filterset_class = CountedFilter
    title = _("Surveys behind a figure")
    icon = "chat-left-text"
    site_path = "site"
    per_page = 25
    export_name = "surveys-counted"
    is_savable = False
    empty = Empty(
        title=_("No survey was closed"),
        text=_("Satisfaction surveys of households count on the day they are closed."),
    )

    def may_open(self) -> bool:
        """Those who learn the results."""
        return policies.allowed(self.request.user, "view", Wave)

    def get_queryset(self) -> QuerySet[Wave]:
        """With what the table shows; the numbers are read by the table, a page at a time."""
        return Wave.objects.select_related("site", "version")
