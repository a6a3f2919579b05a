"""Points, routes, plans, rounds and scans for tests."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import factory
from factory.django import DjangoModelFactory

from core.ids import uuid7
from organization.models import Person
from patrols.models import Checkpoint, CheckpointLabel, Plan, Round, Route, RoutePoint
from patrols.services.labels import _derive
from patrols.services.scan_rows import ScanIn, token_digest
from tests.organization.factories import SiteFactory

#: A Tuesday morning in Shanghai (08:00).
MORNING = datetime(2026, 11, 17, 0, 0, tzinfo=UTC)


class CheckpointFactory(DjangoModelFactory[Checkpoint]):
    """A point with a valid first label; ten metres east of the one before it on the site's plan."""

    class Meta:
        model = Checkpoint
        skip_postgeneration_save = True

    site = factory.SubFactory(SiteFactory)
    code = factory.Sequence(lambda n: f"P{n:03}")
    name = factory.Sequence(lambda n: f"Point {n}")

    @factory.post_generation
    def label(obj: Checkpoint, create: bool, extracted: Any, **kwargs: Any) -> None:  # noqa: N805
        """A valid label, unless `label=False`."""
        if extracted is not False:
            CheckpointLabel.objects.create(
                checkpoint=obj,
                serial=1,
                token_sha256=token_digest(_derive(obj.pk, 1)),
                issued_at=MORNING - timedelta(days=30),
            )


class RouteFactory(DjangoModelFactory[Route]):
    """A route over `points`, in that order."""

    class Meta:
        model = Route
        skip_postgeneration_save = True

    site = factory.SubFactory(SiteFactory)
    name = factory.Sequence(lambda n: f"Route {n}")

    @factory.post_generation
    def over(obj: Route, create: bool, extracted: Any, **kwargs: Any) -> None:  # noqa: N805
        """`over=[checkpoints]`."""
        for position, checkpoint in enumerate(extracted or ()):
            RoutePoint.objects.create(route=obj, checkpoint=checkpoint, position=position)


class PlanFactory(DjangoModelFactory[Plan]):
    """Every two hours from 08:00 to 20:00, an hour to walk it and fifteen minutes' grace."""

    class Meta:
        model = Plan

    route = factory.SubFactory(RouteFactory)
    site = factory.LazyAttribute(lambda plan: plan.route.site)
    name = factory.Sequence(lambda n: f"Plan {n}")
    rule = {"frequency": "daily", "every": {"minutes": 120, "start": "08:00", "end": "20:00"}}


class RoundFactory(DjangoModelFactory[Round]):
    """A round due at `due_start`, over the points of its plan's route."""

    class Meta:
        model = Round

    plan = factory.SubFactory(PlanFactory)
    route = factory.LazyAttribute(lambda row: row.plan.route)
    site = factory.LazyAttribute(lambda row: row.plan.site)
    company = factory.LazyAttribute(lambda row: row.site.company)
    discipline = factory.LazyAttribute(lambda row: row.plan.discipline)
    due_start = MORNING
    opens_at = factory.LazyAttribute(lambda row: row.due_start - timedelta(minutes=row.plan.early_minutes))
    due_end = factory.LazyAttribute(lambda row: row.due_start + timedelta(minutes=row.plan.window_minutes))
    closes_at = factory.LazyAttribute(lambda row: row.due_end + timedelta(minutes=row.plan.grace_minutes))
    points = factory.LazyAttribute(lambda row: list(row.route.points.values_list("checkpoint_id", flat=True)))


def scan(person: Person, checkpoint: Checkpoint | None, at: datetime, **fields: Any) -> ScanIn:
    """A scan of the point's first label at `at`, handed in at once by a phone whose clock is right."""
    assert person.company_id is not None
    fields.setdefault("id", uuid7(at))
    fields.setdefault("body_sha256", sha256(str(fields["id"]).encode()).digest())
    if (
        checkpoint is not None
        and "token" not in fields
        and fields.get("method", "qr") not in {"typed", "cannot"}
    ):
        fields["token"] = _derive(checkpoint.pk, 1)
    known: dict[str, Any] = {
        "company_id": person.company_id,
        "person_id": person.pk,
        "method": "qr",
        "device_time": at,
        "corrected_at": at,
        "received_at": at + timedelta(seconds=1),
        "time_trust": "exact",
        "checkpoint_id": checkpoint.pk if checkpoint else None,
    }
    return ScanIn(**(known | fields))
