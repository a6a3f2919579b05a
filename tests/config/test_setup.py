"""Set-up runs a step again exactly when its input changed, and hands pip's settings on to uv."""

import subprocess
from pathlib import Path

import pytest

from config.local import setup


@pytest.fixture
def stamps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(setup, "ROOT", tmp_path)
    monkeypatch.setattr(setup, "STAMPS", tmp_path / "stamps")
    return tmp_path


def test_a_step_is_made_once_and_again_when_its_input_or_its_result_changes(stamps: Path) -> None:
    result, made = stamps / "result", []

    def make() -> None:
        made.append(1)
        result.touch()

    for source in ("one", "one", "two", "two"):
        setup.step("it", source, result=result, make=make, title="Making it")
    assert len(made) == 2
    result.unlink()
    setup.step("it", "two", result=result, make=make, title="Making it")
    assert len(made) == 3


def test_a_step_that_failed_is_tried_again(stamps: Path) -> None:
    result = stamps / "result"
    result.touch()

    def fail() -> None:
        raise SystemExit(1)

    with pytest.raises(SystemExit):
        setup.step("it", "one", result=result, make=fail, title="Making it")
    made: list[int] = []
    setup.step("it", "one", result=result, make=lambda: made.append(1), title="Making it")
    assert made == [1]


def test_a_fingerprint_changes_with_names_and_contents(stamps: Path) -> None:
    folder = stamps / "folder"
    folder.mkdir()
    (folder / "a").write_text("1")
    first = setup.digest(folder)
    (folder / "a").rename(folder / "b")
    second = setup.digest(folder)
    (folder / "b").write_text("2")
    assert len({first, second, setup.digest(folder)}) == 3


def test_uv_gets_the_indexes_that_pip_is_told_about(monkeypatch: pytest.MonkeyPatch) -> None:
    listing = (
        "global.index-url='https://mirror.example/simple'\n"
        "global.extra-index-url='file:///one file:///two'\n"
        ":env:.find-links='/wheels'\n"
    )
    monkeypatch.setattr(
        subprocess, "run", lambda *args, **kwargs: subprocess.CompletedProcess(args, 0, stdout=listing)
    )
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX", "UV_FIND_LINKS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("UV_FIND_LINKS", "/mine")
    environment = setup.package_environment()
    assert environment["UV_DEFAULT_INDEX"] == "https://mirror.example/simple"
    assert environment["UV_INDEX"] == "file:///one file:///two"
    assert environment["UV_INDEX_STRATEGY"] == "unsafe-best-match"
    assert "UV_FIND_LINKS" not in environment, "what is set for uv itself stays"


def test_tests_of_workbooks_get_libreoffice_where_it_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Named, not installed, by somebody who is not root; the demo does without."""
    there = {"mosquitto", "chromium", "apt-get"}
    monkeypatch.setattr("shutil.which", lambda name: name if name in there else None)
    monkeypatch.setattr(setup, "can_load", lambda library: True)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    setup.install_system_packages("demo")
    assert capsys.readouterr().out == ""
    setup.install_system_packages("test")
    said = capsys.readouterr().out
    assert "Missing for tests of workbooks" in said
    assert said.rstrip().endswith("sudo apt-get install -y --no-install-recommends libreoffice-calc-nogui")
    there.add("libreoffice")
    setup.install_system_packages("test")
    assert capsys.readouterr().out == ""
