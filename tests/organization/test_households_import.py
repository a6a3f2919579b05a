"""Households from a file: a check that writes nothing, all rows or none, and the same file twice changes nothing."""

from collections.abc import Iterable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import translation
from openpyxl import load_workbook

from core import clock
from core.imports import checking
from core.imports.declaring import importer_of
from core.imports.fates import Fate
from core.models import AuditEntry, ImportRun, Job, OutboxItem
from core.outbox import running
from core.purging import purge
from organization.importers.households import NAME
from organization.models import Household, Resident, Site
from organization.services import households
from tests.conftest import Cast
from tests.core.import_files import csv, with_part, xlsx
from tests.organization.factories import BuildingFactory, HouseholdFactory, ResidentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R027"), pytest.mark.requirement("R095")]

HEADINGS = [
    "Unit",
    "Building",
    "Floor",
    "Use of the unit",
    "Name",
    "Phone",
    "Relation to the unit",
    "Keep until",
]
ROWS: list[list[Any]] = [
    ["3-1-1502", "3", 15, "Let", "陈大文", 13800000001, "Tenant", None],
    ["3-1-1502", None, None, None, "李小红", "+852 5000 0001", "Owner", None],
    ["3-1-1503", "3", 15, "Vacant", None, None, None, None],
]
URL = f"/imports/{NAME}/"


@pytest.fixture(autouse=True)
def _own_storage(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's own transaction never commits: what waits for the commit is done at once."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda act, **options: act())


@pytest.fixture
def building(site: Site) -> Any:
    """The building the rows name."""
    return BuildingFactory.create(site=site, code="3", name="3 栋")


@pytest.fixture
def desk(client: Client, cast: Cast) -> Client:
    """The supervisor at the desk."""
    client.force_login(cast.supervisor)
    return client


def check(person: Any, site: Site, file: ContentFile[bytes]) -> ImportRun:
    """The dry run."""
    return checking.check(actor=person, importer=importer_of(NAME), site=site, file=file)


def work() -> None:
    """The worker does what waits."""
    OutboxItem.objects.update(not_before=clock.now())
    running.run(ids=[item.pk for item in OutboxItem.objects.filter(handler="core.run_job").waiting()])


def imported(person: Any, site: Site, file: ContentFile[bytes]) -> ImportRun:
    """Checked, confirmed and done."""
    run = check(person, site, file)
    checking.confirm(actor=person, run=run)
    work()
    run.refresh_from_db()
    return run


def problems(run: ImportRun) -> dict[int, list[tuple[str, str]]]:
    """What is wrong, by line."""
    return {row["line"]: [tuple(one) for one in row["problems"]] for row in run.fates if row["problems"]}


def lines(*rows: str) -> str:
    """CSV text."""
    return "\r\n".join(rows)


@pytest.mark.usefixtures("building")
def test_the_check_shows_each_rows_fate_and_writes_nothing(desk: Client, cast: Cast, site: Site) -> None:
    answer = desk.post(URL, {"site": site.pk, "file": xlsx([HEADINGS, *ROWS])})
    assert answer.status_code == 302, answer.content
    run = ImportRun.objects.get()
    assert run.counts == {"new": 3, "changed": 0, "unchanged": 0, "refused": 0}
    assert not Household.objects.exists()
    page = desk.get(run.get_absolute_url()).content.decode()
    assert "3-1-1502 · 陈大文" in page
    assert "Import 3 rows" in page
    assert AuditEntry.objects.filter(action=checking.CHECKED, actor=cast.supervisor).count() == 1


@pytest.mark.usefixtures("building")
def test_what_was_confirmed_is_written_by_a_job(desk: Client, cast: Cast, site: Site) -> None:
    desk.post(URL, {"site": site.pk, "file": xlsx([HEADINGS, *ROWS])})
    run = ImportRun.objects.get()
    stored = str(run.file.name)
    assert desk.post(f"/imports/{run.pk}/confirm/").status_code == 302
    assert not Household.objects.exists(), "the job writes"
    work()
    run.refresh_from_db()
    assert (run.state, run.job and run.job.state) == ("done", "done")
    assert run.job is not None
    assert (run.job.done, run.job.total) == (4, 4)
    units = {row.code: row for row in Household.objects.select_related("building")}
    assert sorted(units) == ["3-1-1502", "3-1-1503"]
    first = units["3-1-1502"]
    assert (first.building and first.building.code, first.floor, first.kind) == ("3", "15", "let")
    people = dict(first.residents.values_list("name", "phone"))
    assert people == {"陈大文": "13800000001", "李小红": "+852 5000 0001"}
    versions = Resident.pgh_event_model.objects.select_related("pgh_context")  # type: ignore[attr-defined]
    assert {row.pgh_context.metadata["user"] for row in versions} == {cast.supervisor.pk}
    assert run.fates == []
    assert not default_storage.exists(stored), "what people wrote about people is not kept"
    assert "rows are not kept" in desk.get(run.get_absolute_url()).content.decode()


@pytest.mark.usefixtures("building")
def test_the_same_file_a_second_time_changes_nothing(desk: Client, cast: Cast, site: Site) -> None:
    imported(cast.supervisor, site, xlsx([HEADINGS, *ROWS]))
    versions = Resident.pgh_event_model.objects.count()  # type: ignore[attr-defined]
    again = check(cast.supervisor, site, xlsx([HEADINGS, *ROWS]))
    assert again.counts == {"new": 0, "changed": 0, "unchanged": 3, "refused": 0}
    assert "Nothing to do" in desk.get(again.get_absolute_url()).content.decode()
    checking.confirm(actor=cast.supervisor, run=again)
    work()
    assert (Household.objects.count(), Resident.objects.count()) == (2, 2)
    assert Resident.pgh_event_model.objects.count() == versions  # type: ignore[attr-defined]


@pytest.mark.usefixtures("building")
def test_a_changed_row_says_what_changes_and_an_empty_cell_leaves_what_is_there(
    cast: Cast, site: Site
) -> None:
    imported(cast.supervisor, site, xlsx([HEADINGS, *ROWS]))
    file = csv(lines("Unit,Name,Phone,Use of the unit", "3-1-1502,陈大文,13800000009,", "3-1-1503,,,Let"))
    run = check(cast.supervisor, site, file)
    assert [row["fate"] for row in run.fates] == [Fate.CHANGED, Fate.CHANGED]
    run.refresh_from_db()
    assert run.fates[0]["changes"] == [["Phone", "13800000001", "13800000009"]]
    assert run.fates[1]["changes"] == [["Use of the unit", "Vacant", "Let"]]
    checking.confirm(actor=cast.supervisor, run=run)
    work()
    tenant = Resident.objects.get(name="陈大文")
    assert (tenant.phone, tenant.kind, tenant.household.kind) == ("13800000009", "tenant", "let")


def test_one_refused_row_holds_back_the_whole_file(desk: Client, cast: Cast, site: Site) -> None:
    run = check(cast.supervisor, site, csv(lines("Unit,Use of the unit", "1,Let", "2,Haunted")))
    assert run.counts["refused"] == 1
    page = desk.get(f"{run.get_absolute_url()}?fate=refused").content.decode()
    assert "“Haunted” is none of" in page
    assert "confirm/" not in page
    with pytest.raises(ValidationError):
        checking.confirm(actor=cast.supervisor, run=run)
    desk.post(f"/imports/{run.pk}/confirm/")
    work()
    assert not Household.objects.exists()


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (",Let,Name,,,,", "Unit", "must be filled in"),
        ("1,Let,A,call me,,,", "Phone", "no telephone number"),
        ("1,Let,A,,,31.02.2026,", "Keep until", "no day"),
        ("1,Let,A,,,2020-01-01,", "Keep until", "passed"),
        ("1,Let,A,,Satisfaction survey,,", "Keep until", "until a day"),
        ("1,Let,,13800000001,,,", "Name", "whose details"),
        ("1,Let,A,,,,9", "Building", "no building"),
        ("1,=1+1,A,,,,", "Use of the unit", "Formulas"),
        (f"{'x' * 41},Let,A,,,,", "Unit", "Longer than 40"),
    ],
)
def test_a_row_is_refused_with_column_and_reason(
    cast: Cast, site: Site, row: str, column: str, reason: str
) -> None:
    head = "Unit,Use of the unit,Name,Phone,Kept for,Keep until,Building"
    found = problems(check(cast.supervisor, site, csv(lines(head, row))))
    assert [one for one, _why in found[2]] == [column]
    assert reason in found[2][0][1]


def test_rows_that_contradict_each_other_are_refused(cast: Cast, site: Site) -> None:
    run = check(cast.supervisor, site, csv(lines("Unit,Floor,Name", "1,3,A", "1,4,B", "1,3,A")))
    assert problems(run) == {
        3: [("Floor", "Row 2 says otherwise.")],
        4: [("Name", "The same resident stands in row 2.")],
    }


def test_the_headings_may_be_in_any_language_and_order(cast: Cast, site: Site) -> None:
    texts = []
    for language in ("en", "zh-hans", "zh-hant"):
        with translation.override(language):
            labels = {column.name: str(column.label) for column in importer_of(NAME).columns}
            texts.append(
                lines(f"{labels['phone']},{labels['name']}, {labels['unit']}*,?", "13800000001,A,7,x")
            )
    assert len(set(texts)) == 3, "they differ"
    for text in texts:
        run = check(cast.supervisor, site, csv(text))
        assert (run.counts["new"], run.fates[0]["title"], run.unread) == (1, "7 · A", ["?"])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_csv_of_chinese_spreadsheets_is_read(cast: Cast, site: Site, encoding: str) -> None:
    text = lines("房号;姓名", "3幢1单元1502;陈大文")
    run = check(cast.supervisor, site, csv(text, encoding))
    assert run.fates[0]["title"] == "3幢1单元1502 · 陈大文"


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_the_template_speaks_the_readers_language_and_its_example_is_skipped(
    desk: Client, cast: Cast, site: Site, language: str, form: str
) -> None:
    answer = desk.get(f"{URL}template.{form}", headers={"accept-language": language})
    with translation.override(language):
        labels = [str(column.label) for column in importer_of(NAME).columns]
    if form == "xlsx":
        first, second, *_rest = (
            load_workbook(BytesIO(answer.content)).worksheets[0].iter_rows(values_only=True)
        )
        assert list(first) == labels
        assert second[0] == "3-1-1502"
    else:
        assert answer.content.decode("utf-8-sig").splitlines()[0] == ",".join(labels)
    with translation.override("en"), pytest.raises(ValidationError, match="no rows"):
        check(cast.supervisor, site, ContentFile(answer.content, name=f"t.{form}"))
    assert "attachment" in answer.headers["Content-Disposition"]


def test_what_changed_between_check_and_import_stops_it(cast: Cast, site: Site) -> None:
    unit = HouseholdFactory.create(site=site, code="1", kind="vacant")
    run = check(cast.supervisor, site, csv(lines("Unit,Use of the unit,Name", "1,Let,A", "2,Let,B")))
    households.change_household(actor=cast.supervisor, household=unit, kind="commercial")
    checking.confirm(actor=cast.supervisor, run=run)
    work()
    run.refresh_from_db()
    assert (run.state, run.job and run.job.state) == ("failed", "failed")
    assert "changed since" in (run.job.error if run.job else "")
    assert list(Household.objects.values_list("code", "kind")) == [("1", "commercial")]
    assert not Resident.objects.exists()


def test_a_row_that_cannot_be_stored_undoes_them_all(
    cast: Cast, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = check(cast.supervisor, site, csv(lines("Unit,Name", "1,A", "2,B")))
    checking.confirm(actor=cast.supervisor, run=run)
    taken = Household.objects.bulk_create

    def then_break(rows: Iterable[Household], **options: Any) -> Any:
        taken(list(rows), **options)
        raise RuntimeError("the machine is on fire")

    monkeypatch.setattr(Household.objects, "bulk_create", then_break, raising=False)
    work()
    run.refresh_from_db()
    assert run.job is not None
    assert run.job.state == Job.State.FAILED
    assert not Household.objects.exists()


def test_an_import_that_was_written_is_not_written_again_after_a_crash(cast: Cast, site: Site) -> None:
    imported(cast.supervisor, site, csv(lines("Unit,Name", "1,A")))
    Job.objects.update(state="running", ended_at=None)
    OutboxItem.objects.filter(handler="core.run_job").update(state="waiting", ended_at=None)
    work()
    assert Job.objects.get().state == "done"
    assert Household.objects.count() == 1


def test_two_confirmations_start_one_job(desk: Client, cast: Cast, site: Site) -> None:
    run = check(cast.supervisor, site, csv(lines("Unit", "1")))
    for _again in range(2):
        desk.post(f"/imports/{run.pk}/confirm/")
    assert Job.objects.count() == 1
    desk.post(f"/imports/{run.pk}/discard/")
    run.refresh_from_db()
    assert run.state == "confirmed"


def test_a_discarded_file_is_forgotten(desk: Client, cast: Cast, site: Site) -> None:
    run = check(cast.supervisor, site, csv(lines("Unit,Name", "1,A")))
    stored = str(run.file.name)
    assert desk.post(f"/imports/{run.pk}/discard/").status_code == 302
    run.refresh_from_db()
    assert (run.state, run.fates) == ("discarded", [])
    assert not default_storage.exists(stored)


def test_a_file_nobody_decided_about_is_forgotten_after_a_day(cast: Cast, site: Site) -> None:
    run = check(cast.supervisor, site, csv(lines("Unit,Name", "1,A")))
    stored = str(run.file.name)
    purge()
    assert default_storage.exists(stored)
    ImportRun.objects.update(created_at=clock.now() - timedelta(days=1, minutes=1))
    purge()
    run.refresh_from_db()
    assert (run.state, run.fates) == ("discarded", [])
    assert not default_storage.exists(stored)


@pytest.mark.parametrize("role", ["guard", "shift_leader", "auditor", "trainer"])
def test_who_may_not_add_may_not_import(cast: Cast, site: Site, role: str) -> None:
    client = Client()
    client.force_login(getattr(cast, role))
    assert client.get(URL).status_code == 403
    assert client.get(f"{URL}template.xlsx").status_code == 403
    with pytest.raises(PermissionDenied):
        check(getattr(cast, role), site, csv(lines("Unit", "1")))


def test_a_site_out_of_reach_is_no_choice_and_anothers_check_does_not_exist(
    desk: Client, cast: Cast, site: Site, sibling_site: Site
) -> None:
    answer = desk.post(URL, {"site": sibling_site.pk, "file": csv(lines("Unit", "1"))})
    assert answer.status_code == 422
    assert not ImportRun.objects.exists()
    run = check(cast.project_manager, site, csv(lines("Unit", "1")))
    assert desk.get(run.get_absolute_url()).status_code == 404
    assert desk.post(f"/imports/{run.pk}/confirm/").status_code == 404
    assert desk.get("/imports/organization.nothing/").status_code == 404


def test_a_right_lost_before_the_job_ran_stops_it(cast: Cast, site: Site) -> None:
    run = check(cast.supervisor, site, csv(lines("Unit", "1")))
    checking.confirm(actor=cast.supervisor, run=run)
    cast.supervisor.memberships.all().delete()
    work()
    run.refresh_from_db()
    assert run.state == "failed"
    assert not Household.objects.exists()


def test_an_erased_resident_is_not_taken_for_a_new_one_of_the_same_name(cast: Cast, site: Site) -> None:
    gone = ResidentFactory.create(household__site=site, household__code="1", name="A")
    households.erase_resident(actor=cast.project_manager, resident=gone)
    imported(cast.supervisor, site, csv(lines("Unit,Name", "1,A")))
    assert sorted(Resident.objects.values_list("name", flat=True)) == ["A", "—"]


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("empty", ContentFile(b"", name="a.csv")),
        ("zip that is none", ContentFile(b"PK\x03\x04" + b"\xff" * 200, name="a.xlsx")),
        ("picture", ContentFile(b"\x89PNG\r\n\x1a\n" + b"\x00" * 64, name="a.xlsx")),
        ("nul", ContentFile(b"Unit\r\n1\x002\r\n", name="a.csv")),
        ("one cell without end", ContentFile(b'Unit\r\n"' + b"x" * 300_000, name="a.csv")),
        ("no headings", csv("1,2,3\r\n4,5,6")),
        ("only headings", csv("Unit,Name\r\n")),
        ("heading twice", csv("Unit,unit\r\n1,2")),
        ("stray cell far below", csv("Unit\r\n" + "\r\n" * 100_001 + "1")),
        ("worksheet that is no XML", with_part("xl/worksheets/sheet1.xml", b"<worksheet><row>")),
        (
            "entities",
            with_part(
                "xl/worksheets/sheet1.xml",
                b'<?xml version="1.0"?><!DOCTYPE worksheet [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
                b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
                b'<c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>',
            ),
        ),
        ("bomb", with_part("xl/media/zeros.bin", b"\x00" * 81 * 1024 * 1024)),
        (
            "cell in the millionth row",
            with_part(
                "xl/worksheets/sheet1.xml",
                b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
                b'<c r="A1" t="inlineStr"><is><t>Unit</t></is></c></row><row r="1048576"><c r="A1048576"><v>1</v></c>'
                b"</row></sheetData></worksheet>",
            ),
        ),
        ("too many rows", csv("Unit\r\n" + "\r\n".join(str(number) for number in range(20_001)))),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_hostile_file_gets_plain_words_beside_the_field(
    desk: Client, site: Site, name: str, file: ContentFile[bytes]
) -> None:
    file.seek(0)
    answer = desk.post(URL, {"site": site.pk, "file": file})
    assert answer.status_code == 422, name
    assert 'id="id_file_error"' in answer.content.decode() or "invalid-feedback" in answer.content.decode()
    assert not ImportRun.objects.exists()


def test_hostile_cells_are_refused_one_by_one(cast: Cast, site: Site) -> None:
    rows = [
        ["Unit", "Name"],
        ["=1+1", "A"],
        ["2", "=HYPERLINK(1)"],
        ["3", "'; DROP TABLE x;--"],
    ]
    run = check(cast.supervisor, site, xlsx(rows))
    assert sorted(problems(run)) == [2, 3]
    controls = check(cast.supervisor, site, csv("Unit,Name\r\n1,a\x07b"))
    assert "cannot be printed" in problems(controls)[2][0][1]


def test_two_thousand_rows_are_checked_and_imported(
    cast: Cast, site: Site, django_assert_max_num_queries: Any
) -> None:
    rows = [["Unit", "Floor", "Name", "Phone"]]
    rows += [[f"{n // 200}-{n}", str(n % 30), f"住户{n}", f"138{n:08}"] for n in range(2_000)]
    file = xlsx(rows)
    with django_assert_max_num_queries(30):
        run = check(cast.supervisor, site, file)
    assert run.counts["new"] == 2_000
    checking.confirm(actor=cast.supervisor, run=run)
    work()
    run.refresh_from_db()
    assert run.state == "done"
    assert (Household.objects.count(), Resident.objects.count()) == (2_000, 2_000)
    assert check(cast.supervisor, site, file).counts["unchanged"] == 2_000


def test_another_site_may_have_the_same_units(cast: Cast, site: Site, sibling_site: Site) -> None:
    for place in (site, sibling_site):
        imported(cast.company_manager, place, csv(lines("Unit,Name", "1,A")))
    assert Household.objects.count() == 2
