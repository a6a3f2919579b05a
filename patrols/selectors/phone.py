"""What a phone needs for a day without a network: rounds, points with the hashes of their labels, checklists."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse

from checklists.models import ChecklistVersion
from checklists.selectors import versions_for_phone
from core.translated import TranslatedText
from incidents.categories import CATEGORIES
from incidents.models import CaseKind
from organization.access import EVERYBODY, grants_of
from organization.models import Person, Role, Site
from patrols.models import CannotReason, Checkpoint, CheckpointLabel, Round, RoundStatus, TypedReason
from rosters.models import Shift

#: Rounds that closed longer ago are no longer carried, nor those that begin later.
BEFORE, AFTER = timedelta(hours=12), timedelta(hours=24)
#: Somebody with a role in the whole company carries the points of so many sites at most.
MOST_SITES = 20
WALKERS = EVERYBODY - {Role.AUDITOR}
REPORTABLE = (
    CaseKind.INCIDENT,
    CaseKind.HAZARD,
    CaseKind.VIOLATION,
    CaseKind.SERVICE_REQUEST,
    CaseKind.COMPLAINT,
)
STATUS_WORDS = {RoundStatus.SCHEDULED: "due"}


def sites_of_phone(person: Person) -> list[Site]:
    """The sites where a person works: those they are named for, else the first of the company."""
    assert person.company_id is not None
    grants = grants_of(person)
    named = {grant.site_id for grant in grants.grants if grant.site_id is not None and grant.role in WALKERS}
    rows = Site.objects.filter(grants.site_filter(WALKERS), company_id=person.company_id, is_active=True)
    if named:
        rows = rows.filter(pk__in=named)
    return list(rows.order_by("code", "pk")[:MOST_SITES])


def rounds_of_phone(person: Person, sites: Iterable[Site], at: datetime) -> QuerySet[Round]:
    """Rounds a person may walk around `at`: their own, those of the posts they are on, and those of nobody.

    A round of a post on which nobody is rostered meanwhile is everybody's: somebody has to walk it.
    """
    on_post = Shift.objects.filter(
        post_id=OuterRef("post_id"), starts_at__lt=OuterRef("closes_at"), ends_at__gt=OuterRef("opens_at")
    )
    mine = Q(person=person) | Q(person=None) & (
        Q(post=None) | Exists(on_post.filter(person=person)) | ~Exists(on_post)
    )
    return (
        Round.objects.filter(mine, site__in=list(sites), closes_at__gt=at - BEFORE, due_start__lt=at + AFTER)
        .filter(due_start__gt=at - BEFORE - timedelta(hours=36))
        .exclude(status=RoundStatus.CANCELLED)
        .annotate(plan_name=F("plan__name"))
        .order_by("due_start", "pk")
    )


def bundle(person: Person, at: datetime, sites: list[Site]) -> dict[str, Any]:
    """The rounds, points, checklists and choices of a phone, in the active language; six queries."""
    points = list(
        Checkpoint.objects.filter(site__in=sites, is_active=True)
        .select_related("zone")
        .order_by("code", "pk")
    )
    labels: defaultdict[int, list[str]] = defaultdict(list)
    valid = CheckpointLabel.objects.filter(
        checkpoint__site__in=sites, checkpoint__is_active=True, voided_at=None
    )
    for checkpoint_id, digest in valid.values_list("checkpoint_id", "token_sha256"):
        labels[checkpoint_id].append(digest)
    versions = versions_for_phone({point.checklist_id for point in points if point.checklist_id is not None})
    return {
        "sites": [_site(site) for site in sites],
        "rounds": [_round(row) for row in rounds_of_phone(person, sites, at)],
        "checkpoints": [_point(point, labels[point.pk], versions) for point in points],
        "checklists": [_checklist(version) for version in versions.values()],
        "report_kinds": [
            {"value": kind.value, "label": str(kind.label), "parts": _parts(kind)} for kind in REPORTABLE
        ],
        "cannot_reasons": _choices(CannotReason.choices),
        "typed_reasons": _choices(TypedReason.choices),
    }


def _choices(choices: Iterable[tuple[str, Any]]) -> list[dict[str, str]]:
    return [{"value": value, "label": str(label)} for value, label in choices]


def _parts(kind: CaseKind) -> list[dict[str, str]]:
    """What a report of a kind may be of: its categories, or the sub-categories where there is but one."""
    [first, *others] = CATEGORIES[kind]
    return _choices([(one.code, one.label) for one in (first, *others)] if others else first.subs)


def _site(site: Site) -> dict[str, Any]:
    plan = None
    if site.plan and site.plan_width_m and site.plan_height_m:
        plan = {
            "url": reverse("organization:site_plan_image", args=[site.pk]),
            "width_m": float(site.plan_width_m),
            "height_m": float(site.plan_height_m),
        }
    return {"id": site.pk, "name": site.name, "time_zone": site.time_zone, "plan": plan}


def _round(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk,
        "plan": {"id": row.plan_id, "name": row.plan_name, "discipline": row.discipline},
        "site_id": row.site_id,
        "ordered": row.order == "fixed",
        "opens_at": row.opens_at.isoformat(),
        "due_start": row.due_start.isoformat(),
        "due_end": row.due_end.isoformat(),
        "closes_at": row.closes_at.isoformat(),
        "status": STATUS_WORDS.get(row.status, row.status),
        "points": row.points,
        "visited": row.visited,
    }


def _point(point: Checkpoint, labels: list[str], versions: dict[int, ChecklistVersion]) -> dict[str, Any]:
    version = versions.get(point.checklist_id) if point.checklist_id is not None else None
    return {
        "id": point.pk,
        "site_id": point.site_id,
        "code": point.code,
        "name": point.name,
        "place": " · ".join(filter(None, [point.floor, point.place])),
        "zone": point.zone.name if point.zone else "",
        "label_sha256": labels,
        "x": point.x,
        "y": point.y,
        "lat": point.latitude,
        "lng": point.longitude,
        "checklist_version_id": version.pk if version else None,
    }


def _checklist(version: ChecklistVersion) -> dict[str, Any]:
    return {
        "version_id": version.pk,
        "name": str(version.checklist.name),
        "items": [
            {
                "id": item.pk,
                "kind": item.kind,
                "label": str(item.label),
                "help": str(item.help or ""),
                "unit": item.unit,
                "low": None if item.low is None else float(item.low),
                "high": None if item.high is None else float(item.high),
                "choices": [
                    {
                        "value": choice["value"],
                        "label": str(TranslatedText(choice["label"])),
                        "abnormal": bool(choice.get("abnormal")),
                    }
                    for choice in item.choices
                ],
                "required": item.is_required,
                "photo": item.needs_photo,
            }
            for item in version.items.all()
        ],
    }
