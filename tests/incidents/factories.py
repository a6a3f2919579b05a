"""Cases for tests, each with the facts row of its kind."""

from typing import Any

import factory
from factory.django import DjangoModelFactory

from core.clock import now
from incidents.models import FACTS, Case, CaseKind
from incidents.workflows import workflow_of
from tests.organization.factories import SiteFactory


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
