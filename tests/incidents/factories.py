"""Cases for tests, each with the facts row of its kind; alarms and where they come from."""

from typing import Any

import factory
from factory.django import DjangoModelFactory

from core.clock import now
from core.sealing import seal
from incidents.models import FACTS, Alarm, AlarmSource, Case, CaseKind, SourceKind
from incidents.workflows import workflow_of
from tests.organization.factories import SiteFactory

SECRET = "open sesame"


class CaseFactory(DjangoModelFactory[Case]):
    """A hazard just found; give `kind`, and `facts` for the fields of the kind."""

    class Meta:
        model = Case
        skip_postgeneration_save = True

    site = factory.SubFactory(SiteFactory)
    company = factory.SelfAttribute("site.company")
    number = factory.Sequence(lambda n: f"X20261125-{n:04}")
    kind = CaseKind.HAZARD
    category = "other"
    title = factory.Sequence(lambda n: f"Matter {n}")
    occurred_at = factory.LazyFunction(now)
    reported_at = factory.SelfAttribute("occurred_at")
    state_since = factory.SelfAttribute("reported_at")
    state = factory.LazyAttribute(lambda case: workflow_of(case.kind).initial.code)
    status = factory.LazyAttribute(lambda case: workflow_of(case.kind).state(case.state).status)

    @factory.post_generation
    def facts(self: Any, create: bool, extracted: dict[str, Any] | None, **_rest: Any) -> None:
        """The facts row."""
        if create:
            FACTS[CaseKind(self.kind)]._default_manager.create(case=self, **(extracted or {}))


class AlarmSourceFactory(DjangoModelFactory[AlarmSource]):
    """Cameras with the secret "open sesame"."""

    class Meta:
        model = AlarmSource

    site = factory.SubFactory(SiteFactory)
    company = factory.SelfAttribute("site.company")
    kind = SourceKind.CAMERA
    name = factory.Sequence(lambda n: f"Cameras {n}")
    sealed_secret = factory.LazyFunction(lambda: seal(SECRET))


class AlarmFactory(DjangoModelFactory[Alarm]):
    """A new alarm of one message, which nobody has seen."""

    class Meta:
        model = Alarm

    site = factory.SubFactory(SiteFactory)
    company = factory.SelfAttribute("site.company")
    source = factory.SubFactory(AlarmSourceFactory, site=factory.SelfAttribute("..site"))
    group = factory.Sequence(lambda n: f"-|motion|CAM-{n}")
    code = "motion"
    device = factory.Sequence(lambda n: f"CAM-{n}")
    severity = "warning"
    title = factory.Sequence(lambda n: f"Motion at CAM-{n}")
    first_at = factory.LazyFunction(now)
    last_at = factory.SelfAttribute("first_at")
    received_at = factory.SelfAttribute("first_at")
    count = 1
