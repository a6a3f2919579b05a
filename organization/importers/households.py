"""Households with their residents from a file: one row a resident, or a unit without one."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from core import imports, live, policies
from core.clock import local_today
from core.imports.fates import Progress
from organization.models import (
    Building,
    Household,
    HouseholdKind,
    Resident,
    ResidentKind,
    ResidentPurpose,
    Site,
)
from organization.models.people import Person

NAME = "organization.households"
BATCH = 500

#: Column of the file → field of the model.
OF_UNIT = {"building": "building", "floor": "floor", "use": "kind", "note": "note"}
OF_RESIDENT = {
    "phone": "phone",
    "relation": "kind",
    "language": "language",
    "kept_for": "purpose",
    "basis": "basis",
    "consent_on": "consent_at",
    "keep_until": "keep_until",
}
LANGUAGES = Person._meta.get_field("language").choices or ()

COLUMNS = (
    imports.Column(
        "unit",
        pgettext_lazy("of a building", "Unit"),
        imports.text(40),
        required=True,
        help=gettext_lazy(
            "As it stands at the door. One row for each resident; repeat the unit for the next one."
        ),
        example="3-1-1502",
        aliases=("房号", "房屋编号", "室号", "單位編號"),
    ),
    imports.Column(
        "building",
        gettext_lazy("Building"),
        imports.text(120),
        help=gettext_lazy("Code or name of a building of the site."),
        aliases=("楼栋", "幢号", "座"),
    ),
    imports.Column("floor", gettext_lazy("Floor"), imports.text(10), example="15", aliases=("楼层",)),
    imports.Column(
        "use",
        gettext_lazy("Use of the unit"),
        imports.choice(HouseholdKind),
        help=gettext_lazy("Lived in by its owner, let, vacant, or shop or office."),
        example=HouseholdKind.OWNER_OCCUPIED.label,
    ),
    imports.Column(
        "note",
        gettext_lazy("Note"),
        imports.text(200),
        help=gettext_lazy("Of the unit, not of the people in it."),
    ),
    imports.Column(
        "name",
        pgettext_lazy("of a person", "Name"),
        imports.text(80),
        help=gettext_lazy("Of the resident. Together with the unit it says whom the row is about."),
        example=pgettext_lazy("example of a resident", "Chan Tai Man"),
        aliases=("业主姓名", "住户姓名"),
    ),
    imports.Column(
        "phone",
        gettext_lazy("Phone"),
        imports.phone,
        help=gettext_lazy("As it is dialled; with + and the country code when it is abroad."),
        example="13800000000",
        aliases=("手机", "手机号", "联系电话", "電話"),
    ),
    imports.Column(
        "relation",
        gettext_lazy("Relation to the unit"),
        imports.choice(ResidentKind),
        help=gettext_lazy("Owner, occupier, family member or tenant."),
        example=ResidentKind.OWNER.label,
    ),
    imports.Column(
        "language",
        gettext_lazy("Language"),
        imports.choice(LANGUAGES),
        help=gettext_lazy("In which the resident is written to. Empty: the language of the site."),
    ),
    imports.Column(
        "kept_for",
        gettext_lazy("Kept for"),
        imports.choice(ResidentPurpose),
        help=gettext_lazy(
            "Property service, emergency contact or satisfaction survey. The resident was told so."
        ),
        example=ResidentPurpose.SERVICE.label,
    ),
    imports.Column(
        "basis",
        gettext_lazy("Basis"),
        imports.text(120),
        help=gettext_lazy("The service contract, or how and where consent was given."),
    ),
    imports.Column(
        "consent_on",
        gettext_lazy("Consent given on"),
        imports.day,
        help=gettext_lazy("A day, such as 2026-11-25."),
    ),
    imports.Column(
        "keep_until",
        gettext_lazy("Keep until"),
        imports.day,
        help=gettext_lazy(
            "Last day; after it the person is erased. Empty: as long as they belong to the unit. Needed for a survey."
        ),
    ),
)


def allowed(user: Any, site: Any) -> bool:
    """Those who may add households (at `site`)."""
    return policies.allowed(user, "add", Household, parent=site)


def shown(value: Any) -> str:
    """A stored value as the check shows it."""
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)


class HouseholdPlan:
    """What the rows of a file do to the register of a site. Three queries, whatever the number of rows."""

    def __init__(self, rows: Sequence[imports.Row], user: Any, site: Site) -> None:
        self.site = site
        self.today = local_today(site.zone_info)
        self.fates = imports.Fates()
        self.buildings: dict[str, Building] = {}
        for building in site.buildings.all():
            self.buildings.setdefault(building.name, building)
        self.buildings |= {building.code: building for building in self.buildings.values()}
        self.households = {row.code: row for row in Household.objects.filter(site=site)}
        known = Resident.objects.known().filter(household__site=site).select_related("household")
        self.residents = {(row.household.code, row.name): row for row in known}
        #: what is to be written, by unit and by unit and name
        self.new_units: dict[str, Household] = {}
        self.changed_units: dict[str, Household] = {}
        self.new_residents: dict[tuple[str, str], Resident] = {}
        self.changed_residents: dict[tuple[str, str], Resident] = {}
        #: line and value where a field of a unit was said first, and the line of each resident
        self.said: dict[tuple[str, str], tuple[int, Any]] = {}
        self.lines: dict[tuple[str, str], int] = {}
        for row in rows:
            self._plan(row)

    # --- planning -----------------------------------------------------------------------------

    def _plan(self, row: imports.Row) -> None:
        code, name = row.values["unit"], row.values.get("name", "")
        title = f"{code} · {name}" if name else code
        problems = [*self._unit_problems(row, code), *self._resident_problems(row, code, name)]
        if problems:
            self.fates.refuse(row.line, title, problems)
            return
        changes: list[tuple[str, str, str]] = []
        made = []
        if self._plan_unit(row, code, changes):
            made.append(pgettext("of a building", "unit"))
        if name and self._plan_resident(row, code, name, changes):
            made.append(_("resident"))
        if made:
            self.fates.new(row.line, title, ", ".join(made), changes)
        else:
            self.fates.kept(row.line, title, changes)

    def _unit_problems(self, row: imports.Row, code: str) -> list[tuple[str, str]]:
        problems = []
        if "building" in row.values and row.values["building"] not in self.buildings:
            reason = _("The site has no building with this code or name.")
            problems.append((_label("building"), reason))
        for column in OF_UNIT:
            if column in row.values:
                line, value = self.said.setdefault((code, column), (row.line, row.values[column]))
                if value != row.values[column]:
                    problems.append((_label(column), _("Row %(line)s says otherwise.") % {"line": line}))
        return problems

    def _resident_problems(self, row: imports.Row, code: str, name: str) -> list[tuple[str, str]]:
        given = {column: row.values[column] for column in OF_RESIDENT if column in row.values}
        if not name:
            return [(_label("name"), _("Say whose details these are."))] if given else []
        problems = []
        line = self.lines.setdefault((code, name), row.line)
        if line != row.line:
            problems.append((_label("name"), _("The same resident stands in row %(line)s.") % {"line": line}))
        stored = self.residents.get((code, name))
        keep_until = given.get("keep_until", stored.keep_until if stored else None)
        purpose = given.get("kept_for", stored.purpose if stored else ResidentPurpose.SERVICE)
        if keep_until is not None and keep_until < self.today:
            problems.append((_label("keep_until"), _("This day has passed.")))
        if purpose == ResidentPurpose.SURVEY and keep_until is None:
            problems.append((_label("keep_until"), _("Who is kept for a survey only is kept until a day.")))
        return problems

    def _plan_unit(self, row: imports.Row, code: str, changes: list[tuple[str, str, str]]) -> bool:
        """Whether the row makes the unit; `changes` gets what it changes of one that is there."""
        given = self._unit_fields(row)
        household = self.households.get(code)
        is_new = household is None
        if household is None:
            household = self.households[code] = self.new_units[code] = Household(site=self.site, code=code)
        before = len(changes)
        self._apply(household, given, changes)
        if code in self.new_units:
            del changes[before:]  # a further row about a unit that this file makes
        elif len(changes) > before:
            self.changed_units[code] = household
        return is_new

    def _unit_fields(self, row: imports.Row) -> dict[str, Any]:
        given = {column: row.values[column] for column in OF_UNIT if column in row.values}
        if "building" in given:
            given["building"] = self.buildings[given["building"]]
        return given

    def _plan_resident(
        self, row: imports.Row, code: str, name: str, changes: list[tuple[str, str, str]]
    ) -> bool:
        given = {column: row.values[column] for column in OF_RESIDENT if column in row.values}
        resident = self.residents.get((code, name))
        if resident is None:
            resident = self.new_residents[code, name] = Resident(household=self.households[code], name=name)
            self._apply(resident, given, [])
            return True
        before = len(changes)
        self._apply(resident, given, changes)
        if len(changes) > before:
            self.changed_residents[code, name] = resident
        return False

    def _apply(self, target: Any, given: dict[str, Any], changes: list[tuple[str, str, str]]) -> None:
        """Set the fields named by columns, and note each that differs."""
        fields = OF_UNIT if isinstance(target, Household) else OF_RESIDENT
        for column, value in given.items():
            old = self._words(target, fields[column])
            if fields[column] == "building":
                differs = target.building_id != value.pk
            else:
                differs = getattr(target, fields[column]) != value
            setattr(target, fields[column], value)
            if differs:
                changes.append((_label(column), old, self._words(target, fields[column])))

    def _words(self, target: Any, field: str) -> str:
        """A field of a row as people read it."""
        if field == "building":
            return next((one.name for one in self.buildings.values() if one.pk == target.building_id), "")
        display = getattr(target, f"get_{field}_display", None)
        return shown(display() if display is not None else getattr(target, field))

    # --- writing ------------------------------------------------------------------------------

    def write(self, progress: Progress) -> None:
        """Units before the people in them."""
        total = len(self.new_units) + len(self.changed_units)
        total += len(self.new_residents) + len(self.changed_residents)
        done = 0
        for chunk in _chunks(list(self.new_units.values())):
            Household.objects.bulk_create(chunk)
            progress(done := done + len(chunk), total)
        for chunk in _chunks(list(self.changed_units.values())):
            Household.objects.bulk_update(chunk, list(OF_UNIT.values()))
            progress(done := done + len(chunk), total)
        for chunk in _chunks(list(self.new_residents.values())):
            Resident.objects.bulk_create(chunk)
            progress(done := done + len(chunk), total)
        for chunk in _chunks(list(self.changed_residents.values())):
            Resident.objects.bulk_update(chunk, list(OF_RESIDENT.values()))
            progress(done := done + len(chunk), total)
        live.publish(f"site:{self.site.pk}", "households")


def _label(column: str) -> str:
    return str(next(one.label for one in COLUMNS if one.name == column))


def _chunks(rows: list[Any]) -> list[list[Any]]:
    return [rows[at : at + BATCH] for at in range(0, len(rows), BATCH)]


imports.register(
    imports.Importer(
        name=NAME,
        title=gettext_lazy("Import households"),
        text=gettext_lazy(
            "Units and the residents in them from a spreadsheet. First you see what would become of each row."
        ),
        columns=COLUMNS,
        allowed=allowed,
        plan=HouseholdPlan,
        list_url="organization:households",
    )
)
