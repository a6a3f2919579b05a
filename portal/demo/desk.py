"""What supervisors do at their desk: replace labels, look at doubtful scans the next morning."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from functools import partial

from core.clock import local
from core.recurrence import instant_of
from organization.models import Role
from patrols.models import Scan, ScanReview, Verdict
from patrols.services.labels import issue_label
from patrols.services.reviewing import overrule
from portal.demo import oddities
from portal.demo.acts import Act
from portal.demo.chance import share
from portal.demo.world import Place

#: Of the doubtful scans, how many a supervisor says something about.
LOOKED_AT = 0.55
NOTES = {
    "zh-hans": {
        "label_void": "使用旧标签照片扫描，已核对监控，本人未到点位，不计入。",
        "speed": "两点相邻且走内部通道，监控可见本人到位，予以认可。",
        "distance": "定位漂移，监控显示本人在点位。",
        "duplicate": "误触重复扫描，以第一次为准。",
        "": "与本人核实，情况属实。",
    },
    "zh-hant": {
        "distance": "定位漂移，閉路電視顯示本人在場。",
        "duplicate": "誤按重複掃描，以第一次為準。",
        "": "已與本人核實，情況屬實。",
    },
}


def labels_replaced(place: Place) -> Iterator[Act]:
    """Torn and lost labels get a new one."""
    for spell, code, reason, at in (
        (oddities.TORN_LABEL, oddities.TORN_POINT, "标签破损，重新打印", 1),
        (oddities.PHOTOGRAPHED, oddities.PHOTOGRAPHED_POINT, "标签脱落遗失，补发", 0),
    ):
        if place.spec.code == spell.site:
            yield Act(spell.bounds(place)[at], partial(_replace, place, code, reason))


def _replace(place: Place, code: str, reason: str) -> None:
    checkpoint = place.stop_of(code).checkpoint
    if checkpoint.labels.count() == 1:
        issue_label(user=place.first_with(Role.SUPERVISOR), checkpoint=checkpoint, reason=reason)


def reviews_between(place: Place, since: datetime, until: datetime) -> Iterator[Act]:
    """Doubtful scans, each looked at on the morning after it was made; not twice."""
    doubtful = Scan.objects.filter(
        site=place.site,
        company_id=place.site.company_id,
        verdict=Verdict.DOUBTFUL,
        corrected_at__gt=since - timedelta(days=2),
        corrected_at__lte=until,
    )
    seen = set(ScanReview.objects.filter(site=place.site).values_list("scan_id", flat=True))
    for scan in doubtful.order_by("corrected_at", "pk"):
        if scan.pk not in seen and share("review", scan.pk) < LOOKED_AT:
            morning = local(scan.corrected_at, place.spec.time_zone).date() + timedelta(days=1)
            at = instant_of(datetime.combine(morning, time(9, 20)), place.site.zone_info)
            yield Act(at + timedelta(minutes=25 * share("when", scan.pk)), partial(_review, place, scan))


def _review(place: Place, scan: Scan) -> None:
    notes = NOTES[place.spec.language]
    reason = next((code for code in notes if code and code in scan.reasons), "")
    refused = reason == "label_void"
    overrule(
        user=place.first_with(Role.SUPERVISOR),
        scan_id=scan.pk,
        verdict=Verdict.DOUBTFUL if refused else Verdict.PLAUSIBLE,
        counts=not refused,
        note=notes[reason],
    )
