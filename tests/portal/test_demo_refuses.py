"""The demo leaves other people's databases alone."""

import pytest
from django.core.management import CommandError, call_command

from organization.models import Company


def test_it_refuses_settings_that_are_not_the_demos(db: None) -> None:
    """A production database is not filled by a slip."""
    with pytest.raises(CommandError, match="not the demo's"):
        call_command("demo")
    assert not Company.objects.exists()


def test_it_refuses_a_database_with_data_of_its_own(company: Company, settings: object) -> None:
    """Even where settings say DEMO, and even when told to be sure."""
    settings.DEMO = True  # type: ignore[attr-defined]
    with pytest.raises(CommandError, match="data of its own"):
        call_command("demo", "--yes-fill-this-database")
