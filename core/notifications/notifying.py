"""Telling people something: rows now, in the caller's transaction; everything that leaves the house after commit."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction

from core import live, outbox
from core.models import Delivery, Notification
from core.notifications.channels import Channel, channels
from core.notifications.channels.robots.telling import tell_groups
from core.notifications.kinds import Kind, kind_of
from core.notifications.preferences import wishes
from core.notifications.wording import stored


@transaction.atomic
def notify(
    kind: str,
    recipients: Iterable[Any],
    *,
    target: models.Model | None = None,
    site: models.Model | None = None,
    context: Mapping[str, Any] | None = None,
    key: str | None = None,
    rank: int | None = None,
) -> list[Notification]:
    """Tell each of `recipients` (people, each once, inactive ones left out) something of a registered kind.

    `context` fills the named places of the kind's texts; give times, days, TranslatedText, lazy labels and
    model instances as they are. `site` decides the zone of the times. With a `key` a person is told once per
    kind and key, however often this is called. Group robots that want the kind are told once per call, with a `key`
    once per object and key; `rank` (1 is the most urgent) lets robots leave out the less urgent. Returns what was
    newly made. Raises LookupError for an unknown kind.
    """
    known = kind_of(kind)
    tell_groups(known, target=target, site=site, context=context or {}, key=key, rank=rank)
    people = {person.pk: person for person in recipients if person.is_active}
    if key is not None:
        told = Notification.objects.filter(kind=kind, key=key, recipient_id__in=people)
        for person_id in told.values_list("recipient_id", flat=True):
            del people[person_id]
    drafts = [_draft(known, person, target, site, context or {}, key) for person in people.values()]
    # A concurrent caller with the same key may win; only rows that are really there go on.
    made = Notification.objects.bulk_create(drafts, ignore_conflicts=key is not None)
    if key is not None:
        there = set(Notification.objects.filter(pk__in=[row.pk for row in made]).values_list("pk", flat=True))
        made = [row for row in made if row.pk in there]
    _announce(made)
    _dispatch(known, made)
    return made


def _draft(
    kind: Kind,
    person: Any,
    target: models.Model | None,
    site: models.Model | None,
    context: Mapping[str, Any],
    key: str | None,
) -> Notification:
    return Notification(
        recipient=person,
        kind=kind.name,
        context=stored(context),
        site_id=None if site is None else site.pk,
        target_type=None if target is None else ContentType.objects.get_for_model(target),
        target_id="" if target is None else str(target.pk),
        url=kind.path(target),
        key=key,
    )


def _announce(notifications: Iterable[Notification]) -> None:
    for notification in notifications:
        live.publish(
            live.person_topic(notification.recipient_id), "notifications", notification=str(notification.pk)
        )


def _dispatch(kind: Kind, notifications: list[Notification]) -> None:
    """One delivery per person and channel that leaves the house, each with its own work item."""
    deliveries = [
        Delivery(notification=notification, channel=channel.name)
        for channel in channels()
        for notification in _wanting(channel, kind, notifications)
    ]
    if not deliveries:
        return
    Delivery.objects.bulk_create(deliveries)
    companies: dict[int | None, list[dict[str, Any]]] = {}
    for delivery in deliveries:
        company = getattr(delivery.notification.recipient, "company_id", None)
        companies.setdefault(company, []).append({"delivery": str(delivery.pk)})
    for company, payloads in companies.items():
        outbox.enqueue_many("core.deliver", payloads, company_id=company)


def _wanting(channel: Channel, kind: Kind, notifications: list[Notification]) -> Iterable[Notification]:
    reachable = [row for row in notifications if channel.reaches(row.recipient)]
    wanted = wishes([row.recipient for row in reachable], kind, channel.name)
    return (row for row in reachable if wanted[row.recipient_id])
