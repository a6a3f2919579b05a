"""What a person wants to get by which channel."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from core.models import NotificationPreference
from core.notifications.kinds import Kind, registered

EMAIL = "email"


def wishes(people: Iterable[Any], kind: Kind, channel: str) -> dict[int, bool]:
    """For each person: is this kind wanted by this channel? Own choice first, then the person's general
    "no e-mail", then the default of the kind. One query for any number of people.
    """
    wanted = {person.pk: kind.email and bool(getattr(person, "wants_email", True)) for person in people}
    rows = NotificationPreference.objects.filter(person_id__in=wanted, kind=kind.name, channel=channel)
    wanted.update(rows.values_list("person_id", "wanted"))
    return wanted


def choices_of(person: Any, channel: str = EMAIL) -> dict[str, bool]:
    """What holds for this person now, by kind."""
    general = bool(getattr(person, "wants_email", True))
    chosen = {kind.name: kind.email and general for kind in registered().values()}
    own = NotificationPreference.objects.filter(person=person, channel=channel, kind__in=chosen)
    chosen.update(own.values_list("kind", "wanted"))
    return chosen


@transaction.atomic
def choose(*, person: Any, wanted: Mapping[str, bool], channel: str = EMAIL) -> None:
    """Keep a person's own choices; unknown kinds are ignored."""
    known = registered()
    rows = [
        NotificationPreference(person=person, kind=kind, channel=channel, wanted=value)
        for kind, value in wanted.items()
        if kind in known
    ]
    NotificationPreference.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["person", "kind", "channel"], update_fields=["wanted"]
    )
