"""Posts and shifts: every write."""

from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core import changed_days, live, policies
from core.clock import local, local_today
from core.recurrence import instant_of
from organization.models import Membership, Person, Site
from rosters.models import LONGEST_SHIFT, Post, PostDemand, Shift


@transaction.atomic
def add_post(*, actor: Any, site: Site, since: date | None = None, **fields: Any) -> Post:
    """A new post, to be staffed from the site's day `since` on (today)."""
    policies.require(actor, "add", Post, parent=site)
    return _store(Post(site=site), fields, since)


@transaction.atomic
def change_post(*, actor: Any, post: Post, **fields: Any) -> Post:
    """Change a post. What it demands changes from today on; figures of past days stay."""
    policies.require(actor, "change", post)
    return _store(post, fields)


@transaction.atomic
def add_shift(
    *, actor: Any, post: Post, person: Person, starts_at: datetime, ends_at: datetime, note: str = ""
) -> Shift:
    """Put somebody on a post. Raises ValidationError when they are elsewhere then, or have no role at the site."""
    policies.require(actor, "add", Shift, parent=post.site)
    # One shift of a person at a time: everybody who rosters the same person waits here.
    Person.objects.select_for_update().get(pk=person.pk)
    shift = Shift(site=post.site, post=post, person=person, starts_at=starts_at, ends_at=ends_at, note=note)
    _check(shift)
    shift.save()
    _mark(shift)
    live.publish(f"site:{post.site_id}", "presence", post=post.pk)
    return shift


@transaction.atomic
def remove_shift(*, actor: Any, shift: Shift) -> None:
    """Take somebody off a post."""
    policies.require(actor, "delete", shift)
    live.publish(f"site:{shift.site_id}", "presence", post=shift.post_id)
    _mark(shift)
    shift.delete()


@transaction.atomic
def copy_week(*, actor: Any, site: Site, start: datetime, weeks: int = 1) -> int:
    """Repeat the shifts of the seven days from `start` one or more weeks later. Returns how many were made.

    They keep their times on the site's wall when clocks change in between. Shifts that would collide are left
    out; they show as gaps.
    """
    policies.require(actor, "add", Shift, parent=site)
    source = Shift.objects.filter(site=site, starts_at__gte=start, starts_at__lt=_later(start, site, weeks=1))
    made = 0
    for shift in source.select_related("post__site", "person").order_by("starts_at"):
        for week in range(1, weeks + 1):
            try:
                with transaction.atomic():
                    add_shift(
                        actor=actor,
                        post=shift.post,
                        person=shift.person,
                        starts_at=_later(shift.starts_at, site, weeks=week),
                        ends_at=_later(shift.ends_at, site, weeks=week),
                        note=shift.note,
                    )
            except ValidationError:
                continue
            made += 1
    return made


def _later(moment: datetime, site: Site, *, weeks: int) -> datetime:
    """The same time on the site's wall, weeks later."""
    wall = moment.astimezone(site.zone_info).replace(tzinfo=None)
    return instant_of(wall + timedelta(weeks=weeks), site.zone_info)


def _check(shift: Shift) -> None:
    shift.full_clean(validate_constraints=False)
    if shift.ends_at <= shift.starts_at:
        raise ValidationError({"ends_at": _("The shift ends before it begins.")})
    if shift.ends_at - shift.starts_at > LONGEST_SHIFT:
        raise ValidationError({"ends_at": _("A shift lasts 24 hours at most.")})
    works_here = Membership.objects.filter(person=shift.person, company_id=shift.site.company_id).valid_on(
        shift.starts_at.astimezone(shift.site.zone_info).date()
    )
    here = Q(site=shift.site) | Q(department__site=shift.site) | Q(site=None, department__site=None)
    if not works_here.filter(here).exists() or not shift.person.is_active:
        raise ValidationError({"person": _("This person has no role at this site then.")})
    clash = Shift.objects.filter(
        person=shift.person, starts_at__lt=shift.ends_at, ends_at__gt=shift.starts_at
    )
    if other := clash.select_related("post").exclude(pk=shift.pk).first():
        raise ValidationError({"person": _("Already on %(post)s at that time.") % {"post": other.post.name}})


def _store(post: Post, fields: dict[str, Any], since: date | None = None) -> Post:
    for name, value in fields.items():
        setattr(post, name, value)
    post.full_clean()
    post.save()
    today = local_today(post.site.zone_info)
    first = today if since is None else since
    demand = {name: getattr(post, name) for name in ("zone", "kind", "coverage", "heads", "is_active")}
    PostDemand.objects.update_or_create(post=post, since=first, defaults=demand)
    changed_days.mark(
        (post.site_id, first + timedelta(days=number)) for number in range((today - first).days + 1)
    )
    live.publish(f"site:{post.site_id}", "presence", post=post.pk)
    return post


def _mark(shift: Shift) -> None:
    """The days on which the shift fills its post must be counted again."""
    zone = shift.site.zone_info
    first, last = local(shift.starts_at, zone).date(), local(shift.ends_at, zone).date()
    changed_days.mark(
        (shift.site_id, first + timedelta(days=number)) for number in range((last - first).days + 1)
    )
