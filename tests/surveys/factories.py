"""Questionnaires, waves and invitations for tests."""

from datetime import timedelta
from hashlib import sha256

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from surveys.models import (
    Audience,
    Invitation,
    Question,
    Questionnaire,
    QuestionnaireVersion,
    Section,
    VersionState,
    Wave,
)
from tests.organization.factories import CompanyFactory, HouseholdFactory, SiteFactory


class QuestionnaireFactory(DjangoModelFactory[Questionnaire]):
    """A satisfaction questionnaire without a version."""

    class Meta:
        model = Questionnaire

    company = factory.SubFactory(CompanyFactory)
    code = factory.Sequence(lambda n: f"Q{n}")
    title = factory.Sequence(lambda n: {"en": f"Questionnaire {n}"})


class VersionFactory(DjangoModelFactory[QuestionnaireVersion]):
    """A published version with one section and no question."""

    class Meta:
        model = QuestionnaireVersion
        skip_postgeneration_save = True

    questionnaire = factory.SubFactory(QuestionnaireFactory)
    number = 1
    state = VersionState.PUBLISHED
    published_at = factory.LazyFunction(timezone.now)
    section = factory.RelatedFactory("tests.surveys.factories.SectionFactory", "version")


class SectionFactory(DjangoModelFactory[Section]):
    """The first section."""

    class Meta:
        model = Section

    version = factory.SubFactory(VersionFactory, section=None)
    position = 1


class QuestionFactory(DjangoModelFactory[Question]):
    """A scale question in the first section of its version."""

    class Meta:
        model = Question

    version = factory.SubFactory(VersionFactory)
    section = factory.LazyAttribute(lambda row: row.version.sections.first())
    position = factory.Sequence(lambda n: n + 1)
    code = factory.Sequence(lambda n: f"question_{n}")
    text = factory.Sequence(lambda n: {"en": f"Question {n}?"})


class WaveFactory(DjangoModelFactory[Wave]):
    """A wave of households in preparation, open from tomorrow for a fortnight."""

    class Meta:
        model = Wave

    site = factory.SubFactory(SiteFactory)
    company = factory.LazyAttribute(lambda row: row.site.company)
    version = factory.LazyAttribute(
        lambda row: VersionFactory.create(questionnaire__company=row.site.company)
    )
    title = factory.Sequence(lambda n: {"en": f"Wave {n}"})
    audience = Audience.HOUSEHOLDS
    opens_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=1))
    closes_at = factory.LazyAttribute(lambda row: row.opens_at + timedelta(days=14))


class InvitationFactory(DjangoModelFactory[Invitation]):
    """An invited household whose link leads nowhere."""

    class Meta:
        model = Invitation

    wave = factory.SubFactory(WaveFactory)
    household = factory.LazyAttribute(lambda row: HouseholdFactory.create(site=row.wave.site))
    token_sha256 = factory.Sequence(lambda n: sha256(f"token {n}".encode()).hexdigest())
