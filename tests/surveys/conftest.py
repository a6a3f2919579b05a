"""A company with the shipped questionnaires, and a site with households in two buildings."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from core.clock import now
from incidents.models import IntakePoint
from incidents.services.intake_points import add_point
from organization.models import Company, Household, Site
from surveys.models import QuestionnaireVersion, VersionState, Wave
from surveys.services import standing
from surveys.services.defaults import install
from surveys.services.waves import add_wave, draw, open_wave
from tests.conftest import Cast
from tests.organization.factories import BuildingFactory


@pytest.fixture
def shipped(company: Company) -> dict[str, QuestionnaireVersion]:
    """The published versions of the shipped questionnaires, by code."""
    install(company)
    rows = QuestionnaireVersion.objects.filter(state=VersionState.PUBLISHED).select_related("questionnaire")
    return {row.questionnaire.code: row for row in rows}


@pytest.fixture
def households(site: Site) -> list[Household]:
    """Thirty in one building, twenty in another, ten in none, and a vacant one that nobody asks."""
    first, second = (BuildingFactory.create(site=site, code=f"B{n}", name=f"Building {n}") for n in (1, 2))
    rows = [
        Household(site=site, building=building, code=f"{number}-{count}")
        for number, building, size in ((1, first, 30), (2, second, 20), (3, None, 10))
        for count in range(size)
    ]
    made = Household.objects.bulk_create(rows)
    Household.objects.create(site=site, code="vacant", kind="vacant")
    return made


@pytest.fixture
def prepare(
    cast: Cast, site: Site, shipped: dict[str, QuestionnaireVersion], households: list[Household]
) -> Callable[..., Wave]:
    """Makes a drawn wave of the quarterly questionnaire; with `opened=True` a running one."""

    def make(*, opened: bool = False, code: str = "SAT-Q", **values: Any) -> Wave:
        usual = {
            "title": {"en": "Autumn survey"},
            "audience": "households",
            "selection": "all",
            "opens_at": now() - timedelta(hours=1),
            "closes_at": now() + timedelta(days=14),
        }
        wave = add_wave(user=cast.supervisor, site=site, version=shipped[code], values={**usual, **values})
        if wave.audience != "open":
            wave = draw(user=cast.supervisor, wave_id=wave.pk)
        return open_wave(user=cast.supervisor, wave_id=wave.pk) if opened else wave

    return make


@pytest.fixture
def point(cast: Cast, site: Site) -> IntakePoint:
    """A code at the gate."""
    return add_point(user=cast.supervisor, site=site, place="South gate")


@pytest.fixture
def switched_on(cast: Cast, site: Site, shipped: dict[str, QuestionnaireVersion]) -> Callable[..., Wave]:
    """Switches the questions after a service on."""

    def on(*, is_anonymous: bool = False, cap_days: int = 30) -> Wave:
        return standing.switch_on(
            user=cast.supervisor, site=site, version=shipped["SAT-S"], is_anonymous=is_anonymous, cap_days=cap_days
        )  # fmt: skip

    return on
