"""Posts and shifts for tests."""

import factory
from factory.django import DjangoModelFactory

from rosters.models import Post, Shift
from tests.organization.factories import SiteFactory


class PostFactory(DjangoModelFactory[Post]):
    """A gate, staffed by one person around the clock on every day."""

    class Meta:
        model = Post

    site = factory.SubFactory(SiteFactory)
    code = factory.Sequence(lambda n: f"G{n}")
    name = factory.Sequence(lambda n: f"Gate {n}")
    coverage = factory.LazyFunction(
        lambda: {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    )


class ShiftFactory(DjangoModelFactory[Shift]):
    """Somebody on a post; times and person are given."""

    class Meta:
        model = Shift

    site = factory.LazyAttribute(lambda shift: shift.post.site)
