"""Checkpoints from a file, through the same platform as households: each new point has its label."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from core import clock
from core.imports import checking
from core.imports.declaring import importer_of
from core.models import ImportRun, OutboxItem
from core.outbox import running
from organization.models import Site
from patrols.models import Checkpoint
from tests.conftest import Cast
from tests.core.import_files import csv
from tests.organization.factories import BuildingFactory, ZoneFactory

pytestmark = pytest.mark.django_db
TEXT = "Code,Name,Zone,Building,Floor,Should be seen every (hours)\r\np01,North gate,Z1,,1,12\r\nP02,Roof,Zone one,3,26,"


@pytest.fixture(autouse=True)
def _own_storage(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture(autouse=True)
def _places(site: Site) -> None:
    ZoneFactory.create(site=site, code="Z1", name="Zone one")
    BuildingFactory.create(site=site, code="3", name="Tower 3")


def check(person: Any, site: Site, text: str) -> ImportRun:
    """The dry run."""
    run = checking.check(actor=person, importer=importer_of("patrols.checkpoints"), site=site, file=csv(text))
    run.refresh_from_db()
    return run


def imported(person: Any, run: ImportRun) -> ImportRun:
    """Confirmed and done."""
    checking.confirm(actor=person, run=run)
    OutboxItem.objects.update(not_before=clock.now())
    running.run(ids=[item.pk for item in OutboxItem.objects.filter(handler="core.run_job").waiting()])
    run.refresh_from_db()
    return run


def test_points_are_made_with_their_labels_and_once(cast: Cast, site: Site) -> None:
    run = check(cast.supervisor, site, TEXT)
    assert run.counts == {"new": 2, "changed": 0, "unchanged": 0, "refused": 0}
    assert not Checkpoint.objects.exists()
    assert imported(cast.supervisor, run).state == "done"
    points = {point.code: point for point in Checkpoint.objects.select_related("zone", "building")}
    assert (points["P01"].name, str(points["P01"].zone), points["P01"].freshness_hours) == (
        "North gate",
        "Z1 Zone one",
        12,
    )
    assert (str(points["P02"].building), points["P02"].floor) == ("Tower 3", "26")
    assert all(point.labels.filter(voided_at=None).count() == 1 for point in points.values())
    assert check(cast.supervisor, site, TEXT).counts["unchanged"] == 2


def test_a_change_is_shown_and_made(cast: Cast, site: Site) -> None:
    imported(cast.supervisor, check(cast.supervisor, site, TEXT))
    run = check(cast.supervisor, site, "Code,Name\r\nP01,Main gate\r\nP02,")
    assert run.fates[0]["changes"] == [["Name", "North gate", "Main gate"]]
    imported(cast.supervisor, run)
    assert Checkpoint.objects.get(code="P01").name == "Main gate"


def test_what_does_not_fit_is_refused_with_column_and_reason(cast: Cast, site: Site) -> None:
    run = check(
        cast.supervisor, site, "Code,Name,Zone,Floor\r\nP 1,A,,\r\nP2,,,\r\nP3,C,nowhere,\r\nP4,D,,\r\nP4,E,,"
    )
    found = {row["line"]: row["problems"][0][0] for row in run.fates if row["problems"]}
    assert found == {2: "Code", 3: "Name", 4: "Zone", 6: "Code"}


def test_a_shift_leader_may_not(cast: Cast, site: Site) -> None:
    with pytest.raises(PermissionDenied):
        check(cast.shift_leader, site, TEXT)
