"""Checkpoints from a file: one row a point. Made and changed through the services, so that each has its label."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core import imports, policies
from core.imports.fates import Progress
from organization.models import Building, Site, Zone
from organization.models.companies import CODE
from patrols.models import Checkpoint
from patrols.services.checkpoints import change_checkpoint, create_checkpoint

#: Column of the file → field of a point.
FIELDS = {
    "name": "name",
    "zone": "zone",
    "building": "building",
    "floor": "floor",
    "place": "place",
    "hours": "freshness_hours",
}
PLACES = ("zone", "building")


def code(cell: str) -> Any:
    """A code as points carry it: capitals, no blanks. Raises ValueError for anything else."""
    written = cell.upper()
    try:
        CODE(written)
    except ValidationError as error:
        raise ValueError(str(CODE.message)) from error
    return imports.text(20)(written)


COLUMNS = (
    imports.Column("code", gettext_lazy("Code"), code, required=True, help=CODE.message, example="P01"),
    imports.Column(
        "name",
        pgettext_lazy("of a checkpoint", "Name"),
        imports.text(80),
        help=gettext_lazy("Needed for a new point."),
        example=gettext_lazy("North gate"),
    ),
    imports.Column(
        "zone",
        gettext_lazy("Zone"),
        imports.text(120),
        help=gettext_lazy("Number or name of a zone of the site."),
    ),
    imports.Column(
        "building",
        gettext_lazy("Building"),
        imports.text(120),
        help=gettext_lazy("Code or name of a building of the site."),
    ),
    imports.Column("floor", gettext_lazy("Floor"), imports.text(10), example="1"),
    imports.Column(
        "place",
        gettext_lazy("Where exactly"),
        imports.text(160),
        help=gettext_lazy("So that a new guard finds it."),
    ),
    imports.Column(
        "hours",
        gettext_lazy("Should be seen every (hours)"),
        imports.whole_number(1, 8_760),
        help=gettext_lazy("Colours the point on the plan. Empty: 24."),
        example="24",
    ),
)


def allowed(user: Any, site: Any) -> bool:
    """Those who may add points (at `site`)."""
    return policies.allowed(user, "add", Checkpoint, parent=site)


class CheckpointPlan:
    """What the rows of a file do to the points of a site. Three queries, whatever the number of rows."""

    def __init__(self, rows: Sequence[imports.Row], user: Any, site: Site) -> None:
        self.user, self.site = user, site
        self.fates = imports.Fates()
        self.places: dict[str, dict[str, Building | Zone]] = {
            "zone": _by_name(list(site.zones.all())),
            "building": _by_name(list(site.buildings.all())),
        }
        known = Checkpoint.objects.filter(site=site).select_related("site", "zone", "building")
        self.points = {point.code: point for point in known}
        self.new: list[dict[str, Any]] = []
        self.changed: list[tuple[Checkpoint, dict[str, Any]]] = []
        self.lines: dict[str, int] = {}
        for row in rows:
            self._plan(row)

    def _plan(self, row: imports.Row) -> None:
        values = row.values
        point = self.points.get(values["code"])
        title = f"{values['code']} {values.get('name', point.name if point else '')}".strip()
        if problems := self._problems(row, point):
            self.fates.refuse(row.line, title, problems)
            return
        given = {
            FIELDS[column]: self.places[column][value] if column in PLACES else value
            for column, value in values.items()
            if column in FIELDS
        }
        if point is None:
            self.new.append({"code": values["code"], **given})
            self.fates.new(row.line, title)
            return
        changes = [
            (_label(column), str(getattr(point, field) or ""), str(given[field]))
            for column, field in FIELDS.items()
            if field in given and getattr(point, field) != given[field]
        ]
        if changes:
            self.changed.append((point, given))
        self.fates.kept(row.line, title, changes)

    def _problems(self, row: imports.Row, point: Checkpoint | None) -> list[tuple[str, str]]:
        problems = []
        line = self.lines.setdefault(row.values["code"], row.line)
        if line != row.line:
            problems.append((_label("code"), _("The same code stands in row %(line)s.") % {"line": line}))
        if point is None and "name" not in row.values:
            problems.append((_label("name"), _("This must be filled in.")))
        for column, reason in (
            ("zone", _("The site has no zone with this number or name.")),
            ("building", _("The site has no building with this code or name.")),
        ):
            if column in row.values and row.values[column] not in self.places[column]:
                problems.append((_label(column), reason))
        return problems

    def write(self, progress: Progress) -> None:
        """Point by point: each gets its label, and plans follow."""
        total = len(self.new) + len(self.changed)
        for done, fields in enumerate(self.new, start=1):
            create_checkpoint(user=self.user, site=self.site, **fields)
            progress(done, total)
        for done, (point, fields) in enumerate(self.changed, start=len(self.new) + 1):
            change_checkpoint(user=self.user, checkpoint=point, **fields)
            progress(done, total)


def _by_name(rows: Sequence[Building | Zone]) -> dict[str, Building | Zone]:
    """By name (the first of that name) and, before it, by code."""
    found: dict[str, Building | Zone] = {}
    for row in rows:
        found.setdefault(row.name, row)
    return found | {row.code: row for row in rows}


def _label(column: str) -> str:
    return str(next(one.label for one in COLUMNS if one.name == column))


imports.register(
    imports.Importer(
        name="patrols.checkpoints",
        title=gettext_lazy("Import checkpoints"),
        text=gettext_lazy(
            "Points from a spreadsheet; each new one gets a label to print. First you see what would become of each row."
        ),
        columns=COLUMNS,
        allowed=allowed,
        plan=CheckpointPlan,
        list_url="patrols:checkpoints",
    )
)
