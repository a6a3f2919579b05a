"""Names written in the code (acts, notices, jobs, work) are registered, so nothing fails or shows raw at run time."""

import re
from collections.abc import Collection
from pathlib import Path

import pytest

from config.local.servers import ROOT
from core.audit import actions
from core.jobs import kinds as job_kinds
from core.notifications import kinds as notification_kinds
from core.outbox import registry

#: How a name of each registry is used in a call, and where the names are kept.
USES: dict[str, tuple[str, Collection[str]]] = {
    "acts": (r"\baudit\.record\(\s*\"([a-z_.]+)\"", actions.registered()),
    "notices": (r"\bnotify\(\s*\"([a-z_.]+)\"", notification_kinds.registered()),
    "jobs": (r"\bjobs\.start\(\s*\"([a-z_.]+)\"", job_kinds.registered()),
    "work": (r"\benqueue(?:_many)?\(\s*\"([a-z_.]+)\"", registry.registered()),
}
APPS = [path.parent for path in ROOT.glob("*/apps.py")]


def _sources() -> list[Path]:
    return [file for app in APPS for file in app.rglob("*.py") if "migrations" not in file.parts]


@pytest.mark.parametrize("registry_name", USES)
def test_every_name_used_is_registered(registry_name: str) -> None:
    pattern, known = USES[registry_name]
    used = {name for file in _sources() for name in re.findall(pattern, file.read_text())}
    assert used - set(known) == set()


def test_every_notice_reads_well_without_its_context() -> None:
    for kind in notification_kinds.registered().values():
        assert "%(" not in str(kind.label)


def test_every_act_and_job_has_a_title() -> None:
    known = [
        *actions.registered().items(),
        *((kind.name, kind.title) for kind in job_kinds.registered().values()),
    ]
    for name, title in known:
        if name.startswith(("tests.", "test.")):
            continue  # made by another test of this run
        assert str(title)
        assert str(title) != name
