"""What people edit keeps its versions, and any page can show them."""

import pytest
from django.db import connection
from django.template import Context, Template

from core import context
from core.audit.history import history_of
from organization.models import Site
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def _rename(site: Site, name: str, actor: int) -> None:
    with context.acting(actor=actor, act="rename", request="r"):
        site.name = name
        site.save()


def test_each_version_says_who_changed_what_from_what_to_what(cast: Cast, site: Site) -> None:
    _rename(site, "New Name", cast.project_manager.pk)
    latest, *earlier = history_of(site)
    assert latest.label == "update"
    assert latest.person == cast.project_manager
    assert latest.act == "rename"
    assert [(change.label, change.old, change.new) for change in latest.changes] == [
        ("name", "Lakeside Gardens", "New Name")
    ]
    assert earlier[-1].label == "insert"


def test_raw_and_bulk_writes_are_versions_too(cast: Cast, site: Site) -> None:
    Site.objects.filter(pk=site.pk).update(name="Bulk")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE organization_site SET name = 'Raw' WHERE id = %s", [site.pk])
    assert [version.changes[0].new for version in history_of(site)[:2]] == ["Raw", "Bulk"]


def test_the_number_of_queries_does_not_grow_with_the_versions(
    cast: Cast, site: Site, django_assert_max_num_queries: object
) -> None:
    for number in range(12):
        _rename(site, f"Name {number}", cast.project_manager.pk)
    with django_assert_max_num_queries(4):  # type: ignore[operator]  # a pytest-django fixture
        assert len(history_of(site, limit=10)) == 10


def test_the_component_prints_the_versions(cast: Cast, site: Site) -> None:
    _rename(site, "Shown <b>", cast.project_manager.pk)
    html = Template("{% load audit %}{% history site %}").render(Context({"site": site, "shell": None}))
    assert str(cast.project_manager) in html
    assert "Shown &lt;b&gt;" in html
    assert "UNDEFINED" not in html
