"""Mailboxes: set up by people, looked into every minute. What a mail becomes stands in incidents.mail.taking."""

from datetime import timedelta
from typing import Any

import structlog
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.attachments import StoreUnavailable
from core.clock import now
from core.notifications import notify, register_kind
from core.outgoing import Unsent
from core.policies import get_visible_or_404, require
from incidents.mail.fetching import Box, opened
from incidents.mail.reading import read
from incidents.mail.taking import leave, take
from incidents.models import Mailbox, MailFate, MailTaken
from incidents.models.mailboxes import STANDING
from organization.access import people_holding
from organization.models import Person, Role

log = structlog.get_logger(__name__)

#: Mails taken at one look; the rest comes a minute later.
MOST_AT_ONCE = 50
#: After so many looks in vain somebody is told, once until it works again.
TOLD_AFTER = 5
#: One that fails again and again is tried this seldom; “look now” still reaches it.
REST = timedelta(minutes=15)
TROUBLE = "incidents.mailbox_trouble"
KEEPERS = frozenset({Role.PROJECT_MANAGER, Role.COMPANY_MANAGER, Role.ADMINISTRATOR})

register_kind(
    TROUBLE,
    title=_("The mailbox %(address)s does not answer"),
    body=_("Mails of residents wait there unread. %(reason)s"),
    label=_("A mailbox does not answer"),
    url=lambda _target: reverse("incidents:mailboxes"),
)


@transaction.atomic
def save_mailbox(*, user: Person, mailbox: Mailbox, password: str = "") -> Mailbox:
    """Add or change a mailbox; an empty password keeps the present one.

    A new one, or one that now lies elsewhere, begins with what comes from now on. Raises PermissionDenied, Http404.
    """
    if mailbox._state.adding:
        require(user, "add", Mailbox, parent=mailbox.site)
    else:
        before = Mailbox.objects.select_for_update().get(pk=mailbox.pk)
        require(user, "change", before)
        require(user, "add", Mailbox, parent=mailbox.site)
        for name in (*STANDING, "sealed_password"):  # not edited here; the copy may be an old one
            setattr(mailbox, name, getattr(before, name))
        if _place(before) != _place(mailbox):
            mailbox.uid_validity, mailbox.last_uid = None, 0
    mailbox.company_id = mailbox.site.company_id
    if password:
        mailbox.password = password
    mailbox.failures, mailbox.trouble = 0, ""
    mailbox.save()
    return mailbox


@transaction.atomic
def remove_mailbox(*, user: Person, mailbox_id: int) -> None:
    """Forget a mailbox; its mails stay on the server and its cases here. Raises Http404, PermissionDenied."""
    mailbox = get_visible_or_404(user, Mailbox.objects.select_for_update(of=("self",)), pk=mailbox_id)
    require(user, "delete", mailbox)
    mailbox.delete()


def look_into_all() -> int:
    """Look into every active mailbox; how many mails were taken. One in trouble does not hold up the others."""
    resting = Q(failures__gte=TOLD_AFTER, looked_at__gt=now() - REST)
    awake = Mailbox.objects.filter(~resting, is_active=True, site__is_active=True)
    numbers = awake.values_list("pk", flat=True)
    taken = 0
    for number in list(numbers):
        try:
            taken += look_into(number)
        except Exception:
            log.exception("a mailbox could not be looked into", mailbox=number)
    return taken


def look_into(mailbox_id: int) -> int:
    """Take the new mails of one mailbox; how many. Trouble is kept with it and told, never raised."""
    mailbox = Mailbox.objects.select_related("site__company").get(pk=mailbox_id)
    taken = 0
    try:
        with opened(mailbox) as box:
            taken = _take_new(mailbox, box)
    except Unsent as error:
        _failed(mailbox, error)
    except StoreUnavailable:
        _failed(mailbox, Unsent("store"))
    else:
        Mailbox.objects.filter(pk=mailbox.pk).update(looked_at=now(), failures=0, trouble="")
    return taken


def _take_new(mailbox: Mailbox, box: Box) -> int:
    """Mail by mail: its case and the cursor behind it are written in one transaction, then the server is told."""
    if mailbox.uid_validity is None:
        _begin(mailbox, box)
        return 0
    start = mailbox.last_uid if mailbox.uid_validity == box.validity else 0
    taken = 0
    for uid in box.after(start)[:MOST_AT_ONCE]:
        raw = box.fetch(uid)
        with transaction.atomic():
            mine = Mailbox.objects.select_for_update(of=("self",), skip_locked=True)
            locked = mine.select_related("site__company").filter(pk=mailbox.pk, **_place(mailbox)).first()
            if locked is None:
                break  # somebody else is at it, or has moved it elsewhere
            if locked.uid_validity == box.validity and locked.last_uid >= uid:
                continue
            fate = _take_one(locked, raw, uid, box.validity).fate
            locked.uid_validity, locked.last_uid = box.validity, uid
            locked.save(update_fields=["uid_validity", "last_uid"])
        if fate != MailFate.UNREADABLE:
            box.mark(uid)
        taken += 1
    return taken


def _place(mailbox: Mailbox) -> dict[str, Any]:
    """Where it lies: numbers of mails belong to this place."""
    return {name: getattr(mailbox, name) for name in ("host", "port", "username", "folder")}


def _begin(mailbox: Mailbox, box: Box) -> None:
    """At the first look: what has lain there until now stays as it is, and nobody is answered for it."""
    newest = max(box.after(0), default=0)
    rows = Mailbox.objects.filter(pk=mailbox.pk, uid_validity=None, **_place(mailbox))
    rows.update(uid_validity=box.validity, last_uid=newest)


def _take_one(mailbox: Mailbox, raw: bytes | None, uid: int, validity: int) -> MailTaken:
    """One mail; a mail that nothing can be made of is noted and never stops those behind it."""
    if raw is None:
        return leave(mailbox, uid, validity)
    try:
        letter = read(raw)
    except Exception:  # strangers write mails, and parsers raise all kinds of errors (RecursionError, too)
        log.exception("a mail could not be read", mailbox=mailbox.pk, uid=uid)
        return leave(mailbox, uid, validity)
    try:
        with transaction.atomic():
            return take(mailbox, letter, uid)
    except (ValidationError, ValueError, LookupError):
        log.exception("a mail could not be taken", mailbox=mailbox.pk, uid=uid)
        return leave(mailbox, uid, validity)


@transaction.atomic
def _failed(mailbox: Mailbox, error: Unsent) -> None:
    row = Mailbox.objects.select_for_update(of=("self",)).select_related("site").get(pk=mailbox.pk)
    row.looked_at, row.failures, row.trouble = now(), row.failures + 1, error.stored[:400]
    row.save(update_fields=["looked_at", "failures", "trouble"])
    if row.failures == TOLD_AFTER:
        notify(
            TROUBLE,
            people_holding(KEEPERS, row.site),
            site=row.site,
            context={"address": row.address, "reason": error.in_words},
        )
