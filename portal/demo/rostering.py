"""The roster: three shifts a day, everybody in turn through the posts, two days off, and a few gaps."""

from datetime import date, datetime, time, timedelta

from core.clock import local
from core.recurrence import instant_of
from organization.models import Role
from portal.demo.chance import share
from portal.demo.world import Place
from rosters.models import Shift

#: How far ahead the roster reaches.
AHEAD = timedelta(days=14)
EARLY, LATE, NIGHT = (time(7), time(15)), (time(15), time(23)), (time(23), time(7))
DAY = timedelta(days=1)


def fill_roster(place: Place, since: datetime, until: datetime) -> int:
    """Roster every local day that touches [since, until); days that have shifts are left as people made them."""
    first, last = (local(at, place.spec.time_zone).date() for at in (since, until))
    known = {
        local(at, place.spec.time_zone).date()
        for at in Shift.objects.filter(site=place.site, starts_at__gte=since - 2 * DAY).values_list(
            "starts_at", flat=True
        )
    }
    days = [first + DAY * number for number in range((last - first).days + 1)]
    posts = {post.code: post.pk for post in place.site.posts.all()}
    shifts = [shift for day in days if day not in known for shift in _day(place, posts, day)]
    Shift.objects.bulk_create(shifts, ignore_conflicts=True)
    return len(shifts)


def _day(place: Place, posts: dict[str, int], day: date) -> list[Shift]:
    """The shifts that begin on a day: everybody stands where the turn has put them."""
    turn = [
        *((code, EARLY) for code in place.spec.early),
        *((code, LATE) for code in place.spec.late),
        *((code, NIGHT) for code in place.spec.night),
    ]
    crew = [key for key, one in place.walkers.items() if one.spec.role in {Role.GUARD, Role.SHIFT_LEADER}]
    shifts = []
    for number, person_id in enumerate(sorted(crew)):
        position = (day.toordinal() + number) % len(crew)
        if position < len(turn):
            code, (begins, ends) = turn[position]
            if code in posts and not _gap(place, day, code, begins):
                shifts.append(_shift(place, posts[code], person_id, day, begins, ends))
    return shifts


def _shift(place: Place, post_id: int, person_id: int, day: date, begins: time, ends: time) -> Shift:
    last = day + DAY if ends <= begins else day
    return Shift(
        site=place.site,
        post_id=post_id,
        person_id=person_id,
        starts_at=instant_of(datetime.combine(day, begins), place.site.zone_info),
        ends_at=instant_of(datetime.combine(last, ends), place.site.zone_info),
    )


def _gap(place: Place, day: date, code: str, begins: time) -> bool:
    """Now and then a post stays empty; never one that walks rounds."""
    walking = {row.post for row in place.spec.rounds}
    return code not in walking and share("gap", place.spec.code, day, code, begins) < 0.03


def leave_a_gap(place: Place, now: datetime) -> None:
    """Somebody did not come: the post named in the content is empty at this moment."""
    if place.spec.empty_now:
        present = Shift.objects.filter(post__site=place.site, post__code=place.spec.empty_now)
        present.filter(starts_at__lte=now, ends_at__gt=now).delete()
