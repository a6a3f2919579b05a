"""The structure keeps itself: layers, templates, policies, schedules, catalogs."""

import re
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.template import engines

from config.celery import app
from core import policies
from core.catalogs import extraction, files

ROOT = Path(settings.BASE_DIR)
OURS = {
    "core", "organization", "checklists", "documents", "rosters", "collaboration", "training", "incidents", "facilities",
    "patrols", "emergency", "surveys", "gatehouse", "fire_safety", "kpi", "portal",
}  # fmt: skip
INLINE = re.compile(
    r"""<[a-z][^<>{%]*\s(style|on[a-z]+)\s*=|<script(?![^>]*(\bsrc=|type="(application/json|importmap)"))[^>]*>|<style""",
    re.I,
)
TEXT_SUFFIXES = {".txt", ".json", ".toml", ".md", ".yml", ""}
COMMENTS = re.compile(r"{%\s*comment.*?endcomment\s*%}|{#.*?#}|<!--.*?-->", re.S)


def templates() -> list[Path]:
    """Our page templates."""
    return sorted(path for path in (ROOT / "templates").rglob("*.html") if "mail" not in path.name)


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_a_template_has_no_inline_script_or_style(path: Path) -> None:
    """The policy would refuse both."""
    if path.parts[-2] == "reports" and path.name == "document.html":
        return  # paper: WeasyPrint reads its style from the file itself
    text = COMMENTS.sub("", path.read_text(encoding="utf-8"))
    assert not INLINE.search(text), INLINE.search(text)


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_a_template_compiles(path: Path) -> None:
    """Every tag it loads exists."""
    engines["django"].get_template(str(path.relative_to(ROOT / "templates")))


def test_every_component_states_its_context() -> None:
    """Each opens with a comment."""
    silent = [
        path.name
        for path in (ROOT / "templates" / "components").glob("*.html")
        if "{% comment" not in path.read_text(encoding="utf-8")
    ]
    assert silent == []


def test_every_model_has_a_policy() -> None:
    """Except versions kept by the history, which follow the object they are versions of."""
    missing = [
        model.__name__
        for model in apps.get_models()
        if model._meta.app_label in OURS
        and not model.__name__.endswith("Event")
        and model not in policies.registered()
        and not model._meta.auto_created
    ]
    assert missing == []


def test_every_scheduled_task_exists() -> None:
    """A dotted name in the beat table that does not resolve would fail silently."""
    app.loader.import_default_modules()
    for name, entry in settings.CELERY_BEAT_SCHEDULE.items():
        assert entry["task"] in app.tasks, f"{name}: {entry['task']}"


def test_every_migration_has_a_name_of_its_own() -> None:
    """`auto` says nothing to who reads the history."""
    automatic = [str(path) for app in OURS for path in (ROOT / app).glob("migrations/0*_auto_*.py")]
    assert automatic == []


@pytest.mark.parametrize("domain", files.DOMAINS)
@pytest.mark.parametrize("locale", files.LOCALES)
def test_catalogs_are_complete(locale: str, domain: str) -> None:
    """Every text of the source has an answer, and no answer lacks a text."""
    messages = extraction.collect(ROOT, domain)
    found = [
        f"{fault.text!r} {fault.problem}"
        for fault in files.faults(files.path_of(ROOT, locale, domain), messages)
    ]
    assert found == []


def test_every_app_stands_in_its_layer() -> None:
    """Each of the house's apps is installed and has a configuration."""
    for name in sorted(OURS):
        assert apps.is_installed(name)
        assert import_module(f"{name}.apps") is not None


def test_no_module_is_a_dump() -> None:
    """No utils, helpers, common or mixins."""
    dumps = [
        str(path)
        for app in OURS
        for path in (ROOT / app).rglob("*.py")
        if path.stem in {"utils", "helpers", "common", "mixins", "util", "misc"}
    ]
    assert dumps == []


def test_no_file_names_a_registry_or_a_machine() -> None:
    """The project installs from wherever the machine is told to."""
    hosts = re.compile(r"py[p]i\.org|pythonhoste[d]\.org|registry\.npm[j]s|deb\.debia[n]\.org")
    texts = (path for path in ROOT.glob("*") if path.is_file() and path.suffix in TEXT_SUFFIXES)
    named = [path.name for path in texts if hosts.search(path.read_text(encoding="utf-8", errors="ignore"))]
    assert named == []
