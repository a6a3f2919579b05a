"""What a person or a machine needs to use the demo: addresses, sign-ins, labels to scan."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse

from core.clock import now
from incidents.links import case_url, point_url
from organization.models import Membership, Person, Role
from patrols.models import CheckpointLabel
from patrols.services.labels import label_url
from portal.demo.founding import companies
from portal.demo.neighbours import some_follow_up
from portal.demo.world import Place, World

#: In this order people are offered to sign in as.
ROLES = (
    Role.SUPERVISOR, Role.GUARD, Role.SHIFT_LEADER, Role.FIRE_SAFETY_MANAGER, Role.FACILITY_ENGINEER,
    Role.PROJECT_MANAGER,
)  # fmt: skip
OF_COMPANY = (Role.COMPANY_MANAGER, Role.ADMINISTRATOR, Role.AUDITOR, Role.TRAINER)
#: Points of each site whose labels are named.
LABELS = 12


def facts(world: World, password: str) -> dict[str, Any]:
    """Everything as plain data; `sign_ins` has one row per role and site."""
    address = settings.PUBLIC_URL.rstrip("/")
    return {
        "address": f"{address}/",
        "phone": f"{address}{reverse('phone')}",
        "live": f"{address}{reverse('portal:live')}",
        "password": password,
        "sites": [
            {
                "id": place.site.pk,
                "code": place.spec.code,
                "name": place.spec.name,
                "company": place.site.company.code,
                "language": place.spec.language,
                "time_zone": place.spec.time_zone,
            }
            for place in world.places
        ],
        "resident": next((row["address"] for place in world.places for row in _codes(place)), ""),
        "codes": [row for place in world.places for row in _codes(place)],
        "followed": [url for place in world.places if (url := _followed(place))],
        "sign_ins": list(_sign_ins(world, password)),
        "labels": [label for place in world.places for label in _labels(place)],
    }


def _codes(place: Place) -> Iterator[dict[str, str]]:
    """What residents scan at gates and lifts."""
    for point in place.site.intake_points.filter(is_active=True).order_by("pk"):
        if url := point_url(point):
            yield {"site": place.spec.code, "place": point.place, "address": url}


def _followed(place: Place) -> str:
    """The link of a resident whose word is waited for."""
    follow_up = some_follow_up(place)
    return case_url(follow_up) if follow_up is not None else ""


def _sign_ins(world: World, password: str) -> Iterator[dict[str, str]]:
    for place in world.places:
        for role in ROLES:
            yield _row(_somebody(place, role), password, role, place.spec.name)
    held = Membership.objects.valid_on().filter(site=None, department=None).select_related("person")
    for company in companies():
        people = {row.role: row.person for row in held.filter(company=company)}
        for role in OF_COMPANY:
            if role in people:
                yield _row(people[role], password, role, company.name)


def _row(person: Person, password: str, role: Role, where: str) -> dict[str, str]:
    return {
        "sign_in": person.username,
        "password": password,
        "role": role.value,
        "name": person.name,
        "where": where,
    }


def _somebody(place: Place, role: Role) -> Person:
    """Somebody with the role; of the guards the one on the first post now, who has rounds to walk."""
    if role == Role.GUARD:
        post = place.site.posts.filter(is_active=True, code=place.spec.posts[0].code).first()
        key = place.on_post(post.pk, now() + timedelta(minutes=2)) if post else None
        if key is not None and place.walkers[key].spec.role == role:
            return place.walkers[key].person
    return place.first_with(role)


def _labels(place: Place) -> Iterator[dict[str, str]]:
    """Addresses in the codes of some points, as a phone's camera reads them."""
    valid = CheckpointLabel.objects.filter(
        checkpoint__site=place.site, voided_at=None, checkpoint_id__in=place.tokens
    )
    for label in valid.select_related("checkpoint").order_by("checkpoint__code")[:LABELS]:
        if label.serial in place.tokens[label.checkpoint_id]:
            yield {"site": place.spec.code, "point": label.checkpoint.code, "address": label_url(label)}
