"""docs/indicators.md has the table of the catalogue as it is declared, all of K01 to K54."""

import re

import pytest
from django.core.management import CommandError, call_command

from kpi.indicators import Awaited, indicators
from kpi.management.commands import indicators as command
from kpi.reports.catalogue import table, with_table


def test_the_documentation_has_the_catalogue_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("indicators", "--check")
    call_command("indicators")
    assert capsys.readouterr().out.strip() == table()


def test_a_table_that_is_out_of_date_is_found(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    text = command.DOCUMENT.read_text("utf-8")
    old = command.DOCUMENT.parent / tmp_path / "indicators.md"  # type: ignore[operator]
    old.write_text(text.replace("| K09 |", "| K99 |"), "utf-8")
    monkeypatch.setattr(command, "DOCUMENT", old)
    with pytest.raises(CommandError, match="--write"):
        call_command("indicators", "--check")
    call_command("indicators", "--write")
    assert old.read_text("utf-8") == text
    with pytest.raises(ValueError, match="no <!-- manage"):
        with_table("a text without the marks")


@pytest.mark.requirement("R053", "R071", "R073", "R103")
def test_all_of_the_catalogue_is_declared() -> None:
    numbers = {int(found[1]) for code in indicators() if (found := re.match(r"K(\d\d)", code))}
    assert numbers == set(range(1, 55))


def test_every_indicator_explains_itself() -> None:
    declared = indicators().values()
    assert not [one.code for one in declared if one.target is not None and not one.basis]
    assert not [
        one.code for one in declared if not one.cadence or not str(one.definition) or not str(one.terms[0])
    ]
    assert not [one.code for one in declared if isinstance(one, Awaited) and not str(one.waits_for)]
    assert not [one.code for one in declared if one.is_statutory and "law" not in str(one.basis)]
