"""A running wave with a small questionnaire, and answers to it, for tests of results."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from organization.models import Site
from surveys.models import (
    Answer,
    Channel,
    Evidence,
    Question,
    QuestionKind,
    Response,
    Stratum,
    Wave,
    WaveState,
)
from tests.organization.factories import BuildingFactory, HouseholdFactory
from tests.surveys.factories import InvitationFactory, QuestionFactory, VersionFactory, WaveFactory


def running_wave(site: Site, *, strata: Mapping[str, int] | None = None, **fields: Any) -> Wave:
    """A wave that takes answers: overall, response_speed, recommend (nps), parking (single), words (text).

    `strata` are building names with how many households each has, all invited; without them nobody is.
    """
    now = timezone.now()
    version = fields.pop("version", None) or questionnaire(site)
    people = sum((strata or {}).values())
    wave = WaveFactory.create(
        site=site,
        version=version,
        state=WaveState.OPEN,
        opens_at=now - timedelta(days=3),
        opened_at=now - timedelta(days=3),
        closes_at=now + timedelta(days=10),
        drawn_at=now - timedelta(days=3),
        seed=7,
        population=people,
        invited=people,
        **fields,
    )
    for name, size in (strata or {}).items():
        building = BuildingFactory.create(site=site, name=name)
        stratum = Stratum.objects.create(
            wave=wave, building=building, label=name, population=size, invited=size
        )
        for _turn in range(size):
            InvitationFactory.create(
                wave=wave, stratum=stratum, household=HouseholdFactory.create(site=site, building=building)
            )
    return wave


def questionnaire(site: Site) -> Any:
    """A published version with a question of every kind results are made of."""
    version = VersionFactory.create(questionnaire__company=site.company)
    QuestionFactory.create(
        version=version, position=1, code="overall", item="overall", text={"en": "Overall?"}
    )
    QuestionFactory.create(
        version=version, position=2, code="speed", item="response_speed", text={"en": "Speed?"}
    )
    QuestionFactory.create(version=version, position=3, code="recommend", kind=QuestionKind.NPS)
    QuestionFactory.create(
        version=version,
        position=4,
        code="where",
        kind=QuestionKind.SINGLE,
        options=[{"code": "gate", "text": {"en": "Gate"}}, {"code": "park", "text": {"en": "Car park"}}],
    )
    QuestionFactory.create(version=version, position=5, code="words", kind=QuestionKind.TEXT)
    return version


def question(wave: Wave, code: str) -> Question:
    """A question of the wave."""
    return wave.version.questions.get(code=code)


def answer(
    wave: Wave,
    scores: Sequence[int],
    *,
    code: str = "overall",
    stratum: Stratum | None = None,
    channel: str = Channel.LETTER,
    evidence: str = Evidence.PERSONAL,
    **more: Any,
) -> list[Response]:
    """One valid response per score."""
    asked = question(wave, code)
    made = []
    for score in scores:
        response = Response.objects.create(
            wave=wave,
            is_anonymous=wave.is_anonymous,
            channel=channel,
            evidence=evidence,
            stratum=stratum,
            language="en",
            received_on=timezone.now().date(),
            form_key=uuid4(),
            **more,
        )
        Answer.objects.create(response=response, question=asked, number=score)
        made.append(response)
    return made


def say(wave: Wave, texts: Sequence[str], **more: Any) -> None:
    """One response per text."""
    asked = question(wave, "words")
    for text in texts:
        (response,) = answer(wave, [5], **more)
        Answer.objects.create(response=response, question=asked, text=text)


def close(wave: Wave) -> Wave:
    """The wave, closed now."""
    wave.state, wave.closed_at = WaveState.CLOSED, timezone.now()
    wave.closed_on = wave.closed_at.astimezone(wave.site.zone_info).date()
    wave.save()
    return wave
