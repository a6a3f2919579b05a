"""What just happened at a site: its latest scans and cases in one read, newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from incidents.models import STATUS_TONES, Case, CaseKind, CaseStatus
from organization.models import Site
from patrols.models import VERDICT_TONES, Verdict
from patrols.selectors import scans as scan_reads

MOST = 12
SCAN, CASE = "scan", "case"


@dataclass(frozen=True)
class Act:
    """Something that just happened."""

    at: datetime
    who: str
    text: str
    badge: str
    tone: str
    url: str


def feed(user: Any, site: Site) -> list[Act]:
    """The latest acts; one query."""
    scans, cases = _scans(user, site), _cases(user, site)
    rows = scans.union(cases, all=True).order_by("-at")[:MOST]
    return [_of_scan(row) if row["sort"] == SCAN else _of_case(row) for row in rows]


def _scans(user: Any, site: Site) -> QuerySet[Any, Any]:
    """The latest scans as rows of the feed: the point, the verdict, and the round as `target`."""
    latest = scan_reads.recent_scans(user, [site.pk])[:MOST]
    return latest.values(
        sort=Value(SCAN, CharField()),
        at=F("corrected_at"),
        who=F("person__name"),
        mark=Coalesce("checkpoint__code", Value("")),
        text=Coalesce("checkpoint__name", Value("")),
        what=F("verdict"),
        standing=Value("", CharField()),
        target=F("round_id"),
    )


def _cases(user: Any, site: Site) -> QuerySet[Any, Any]:
    """The latest cases as rows of the feed: number and title, kind, status, and the case as `target`."""
    latest = Case.objects.visible_to(user).filter(site=site).order_by("-reported_at", "-pk")[:MOST]
    return latest.values(
        sort=Value(CASE, CharField()),
        at=F("reported_at"),
        who=Coalesce("reported_by__name", "reporter_name"),
        mark=F("number"),
        text=F("title"),
        what=F("kind"),
        standing=F("status"),
        target=F("pk"),
    )


def _of_scan(row: dict[str, Any]) -> Act:
    verdict = Verdict(row["what"])
    point = f"{row['mark']} {row['text']}" if row["mark"] else _("an unknown label")
    url = reverse("patrols:round", args=[row["target"]]) if row["target"] else reverse("patrols:scans")
    return Act(row["at"], row["who"], point, str(verdict.label), VERDICT_TONES[verdict], url)


def _of_case(row: dict[str, Any]) -> Act:
    text, tone = f"{row['mark']} {row['text']}", STATUS_TONES[CaseStatus(row["standing"])]
    url = reverse("incidents:case", args=[row["target"]])
    return Act(row["at"], row["who"], text, str(CaseKind(row["what"]).label), tone, url)
