"""Telling people something: rows now, in the caller's transaction; everything that leaves the house after commit."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction

from core import live, outbox
from core.models import Delivery, Notification
from core.notifications.channels import Channel, channels
from core.notifications.channels.robots.telling import tell_groups
from core.notifications.kinds import kind_of
from core.notifications.notices import Notice
from core.notifications.preferences import wishes
from core.notifications.wording import stored


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
    return notify_many([Notice(kind, recipients, target, site, context or {}, key, rank)])


@transaction.atomic
def notify_many(notices: Iterable[Notice]) -> list[Notification]:
    """The same for several notices, in a number of statements that does not grow with them."""
    everything = list(notices)
    tell_groups(everything)
    drafts = [draft for notice in everything for draft in _drafts(notice)]
    keyed = [draft for draft in drafts if draft.key is not None]
    known = _told(keyed)
    drafts = [draft for draft in drafts if _once(draft) not in known]
    # A concurrent caller with the same key may win; only rows that are really there go on.
    made = Notification.objects.bulk_create(drafts, ignore_conflicts=bool(keyed))
    if keyed:
        there = set(Notification.objects.filter(pk__in=[row.pk for row in made]).values_list("pk", flat=True))
        made = [row for row in made if row.pk in there]
    _announce(made)
    _dispatch(made)
    return made


def _drafts(notice: Notice) -> Iterator[Notification]:
    """What each of the recipients is told."""
    kind, target, site = kind_of(notice.kind), notice.target, notice.site
    context, url = stored(notice.context), kind.path(target)
    for person in {person.pk: person for person in notice.recipients if person.is_active}.values():
        yield Notification(
            recipient=person,
            kind=kind.name,
            context=context,
            site_id=None if site is None else site.pk,
            target_type=None if target is None else ContentType.objects.get_for_model(target),
            target_id="" if target is None else str(target.pk),
            url=url,
            key=notice.key,
        )


def _once(notification: Notification) -> tuple[int, str, str | None]:
    """What may exist once when there is a key."""
    return notification.recipient_id, notification.kind, notification.key


def _told(keyed: list[Notification]) -> set[tuple[int, str, str | None]]:
    """Which of these people have been told already."""
    if not keyed:
        return set()
    rows = Notification.objects.filter(
        recipient_id__in={row.recipient_id for row in keyed},
        kind__in={row.kind for row in keyed},
        key__in={row.key for row in keyed},
    )
    return set(rows.values_list("recipient_id", "kind", "key"))


def _announce(notifications: Iterable[Notification]) -> None:
    live.publish_many(
        (live.person_topic(row.recipient_id), "notifications", {"notification": str(row.pk)})
        for row in notifications
    )


def _dispatch(notifications: Iterable[Notification]) -> None:
    """One delivery per person and channel that leaves the house, each with its own work item."""
    by_kind: defaultdict[str, list[Notification]] = defaultdict(list)
    for row in notifications:
        by_kind[row.kind].append(row)
    deliveries = [
        Delivery(notification=notification, channel=channel.name)
        for channel in channels()
        for kind, rows in by_kind.items()
        for notification in _wanting(channel, kind, rows)
    ]
    if deliveries:
        Delivery.objects.bulk_create(deliveries)
        outbox.enqueue_many("core.deliver", (_work(delivery) for delivery in deliveries))


def _work(delivery: Delivery) -> tuple[int | None, dict[str, Any]]:
    company_id = getattr(delivery.notification.recipient, "company_id", None)
    return company_id, {"delivery": str(delivery.pk)}


def _wanting(channel: Channel, kind: str, notifications: list[Notification]) -> Iterator[Notification]:
    reachable = [row for row in notifications if channel.reaches(row.recipient)]
    wanted = wishes([row.recipient for row in reachable], kind_of(kind), channel.name)
    return (row for row in reachable if wanted[row.recipient_id])
