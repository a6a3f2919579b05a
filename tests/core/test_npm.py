"""Only the listed files of packages exist for the browser."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.contrib.staticfiles import finders

from core.npm import NpmFinder


@pytest.fixture
def packages(tmp_path: Path, settings: Any) -> Path:
    """A small node_modules."""
    for name in (
        "@scope/kit/dist/kit.js",
        "@scope/kit/dist/kit.d.ts",
        "@scope/kit/package.json",
        "kit2/a/b.js",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    settings.NPM_ROOT = tmp_path
    settings.NPM_FILES = {"@scope/kit": ["dist/*.js"], "kit2": ["a/b.js"]}
    return tmp_path


def test_a_listed_file_is_found_under_its_package(packages: Any) -> None:
    assert NpmFinder().find("npm/@scope/kit/dist/kit.js") == str(packages / "@scope/kit/dist/kit.js")
    assert NpmFinder().find("npm/kit2/a/b.js", find_all=True) == [str(packages / "kit2/a/b.js")]


@pytest.mark.parametrize(
    "path",
    [
        "npm/@scope/kit/dist/kit.d.ts",
        "npm/@scope/kit/package.json",
        "npm/kit2/../@scope/kit/package.json",
        "npm/@scope/kit/dist/../package.json",
        "npm/unknown/a.js",
        "css/base.css",
    ],
)
def test_nothing_else_is(packages: Any, path: Any) -> None:
    assert NpmFinder().find(path) == []


def test_collecting_lists_exactly_these_and_fails_when_one_is_missing(packages: Any, settings: Any) -> None:
    listed = [(storage.prefix, name) for name, storage in NpmFinder().list(None)]
    assert listed == [("npm/@scope/kit", "dist/kit.js"), ("npm/kit2", "a/b.js")]
    settings.NPM_FILES = {"kit2": ["gone.js"]}
    assert [warning.id for warning in NpmFinder().check()] == ["core.W010"]
    with pytest.raises(FileNotFoundError, match=r"kit2/gone\.js"):
        list(NpmFinder().list(None))


def test_every_file_of_the_settings_is_installed_and_every_alias_leads_to_one() -> None:
    assert NpmFinder().check() == []
    for specifier, path in project.IMPORTS.items():
        assert finders.find(path), specifier
