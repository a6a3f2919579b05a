"""Figures of patrols: K09 completion, K10 coverage, and the counts of the monthly report."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, F, Func, IntegerField, QuerySet, Sum, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kpi.indicators.definition import Axis, DayCounts, Measure, Scope, Source, Split, Tone
from kpi.indicators.kinds import Dimension, Share
from kpi.indicators.registry import register, register_source
from organization.models import Site
from patrols.models import Checkpoint, Round, RoundStatus, Scan, Verdict
from patrols.selectors import presence
from patrols.selectors.scans import with_standing


def _points_of(scope: Scope) -> list[int]:
    """The ids of the points in the scope's zone."""
    return list(Checkpoint.objects.filter(zone=scope.zone).values_list("pk", flat=True))


def rounds_at(*statuses: RoundStatus) -> Callable[[Scope], QuerySet[Any]]:
    """The rounds due in a scope that stand at one of `statuses`."""

    def rows(scope: Scope) -> QuerySet[Round]:
        begin, end = presence.bounds(scope.site, scope.first, scope.last)
        found = Round.objects.filter(
            site=scope.site, due_start__gte=begin, due_start__lt=end, status__in=statuses
        )
        return found if scope.zone is None else found.filter(points__overlap=_points_of(scope))

    return rows


def _scans(scope: Scope) -> QuerySet[Any]:
    """The scans made in a scope, with the verdict that stands after review as `standing`."""
    begin, end = presence.bounds(scope.site, scope.first, scope.last)
    made = Scan.objects.filter(
        site=scope.site, company_id=scope.site.company_id, corrected_at__gte=begin, corrected_at__lt=end
    )
    found = with_standing(made)
    return found if scope.zone is None else found.filter(checkpoint__zone=scope.zone)


def _judged_scans(verdict: Verdict) -> Callable[[Scope], QuerySet[Any]]:
    return lambda scope: _scans(scope).filter(standing=verdict)


def _late_scans(scope: Scope) -> QuerySet[Any]:
    return _scans(scope).filter(received_at__gt=F("corrected_at") + presence.LATE_UPLOAD)


def _points_in(field: str) -> Callable[[QuerySet[Any], Scope], float]:
    """Adds up how many points an array of the rounds holds, within the scope's zone."""

    def tally(rows: QuerySet[Any], scope: Scope) -> float:
        if scope.zone is None:
            size = Func(F(field), function="cardinality", output_field=IntegerField())
            return float(rows.aggregate(total=Coalesce(Sum(size), 0))["total"])
        here = set(_points_of(scope))
        arrays: QuerySet[Any, list[int]] = rows.values_list(field, flat=True)
        return float(sum(len(here.intersection(points)) for points in arrays))

    return tally


def _points_added(field: str) -> Callable[[Scope], Any]:
    """The same as an aggregate."""

    def amount(scope: Scope) -> Any:
        parts: list[Any] = [F(field)]
        if scope.zone is not None:
            parts.append(Value(_points_of(scope), output_field=ArrayField(BigIntegerField())))
        common = Func(
            *parts,
            template="cardinality(ARRAY(SELECT unnest(%(expressions)s)))",
            arg_joiner=") INTERSECT SELECT unnest(",
            output_field=IntegerField(),
        )
        return Coalesce(Sum(common), 0)

    return amount


def _page(name: str, **filters: str | Sequence[str]) -> Callable[[Scope], str]:
    """The address of a list of patrols with the filters of a scope."""

    def address(scope: Scope) -> str:
        query: dict[str, Any] = {"site": scope.site.pk, "first": scope.first, "last": scope.last, **filters}
        if scope.zone is not None:
            query["zone"] = scope.zone.pk
        query |= {axis.value: value for axis, value in scope.narrowing}
        return f"{reverse(name)}?{urlencode(query, doseq=True)}"

    return address


def point_page(scope: Scope, checkpoint_id: int) -> str:
    """The address of the scans of one point."""
    return _page("patrols:scans", checkpoint=str(checkpoint_id))(scope)


def rounds_gone_wrong_page(scope: Scope) -> str:
    """The address of the missed and partial rounds."""
    return _page("patrols:rounds", status=["missed", "partial"])(scope)


#: How rounds, the points in them, and scans are told apart.
_TEAMS = {Axis.DISCIPLINE: "discipline", Axis.POST: "post"}
OF_ROUNDS = Split("due_start", _TEAMS)
OF_POINTS, OF_VISITS = (Split("due_start", _TEAMS, _points_added(field)) for field in ("points", "visited"))
OF_SCANS = Split("corrected_at", {axis: f"round__{path}" for axis, path in _TEAMS.items()})


def _round_measure(
    code: str, name: Any, definition: Any, statuses: Sequence[RoundStatus], tone: Tone = "info", **more: Any
) -> Measure:
    more.setdefault("split", OF_ROUNDS)
    page = _page("patrols:rounds", status=[status.value for status in statuses])
    return Measure(code, name, definition, rounds_at(*statuses), page, tone=tone, **more)


ROUNDS_DUE = _round_measure(
    "rounds_due",
    _("Rounds due"),
    _("Rounds whose time is over, by the day they were due; cancelled ones are left out."),
    presence.JUDGED,
)
ROUNDS_COMPLETED = _round_measure(
    "rounds_completed",
    _("Completed"),
    _("At least 95 % of the points visited by the end of the window."),
    [RoundStatus.COMPLETED],
    "ok",
)
ROUNDS_LATE = _round_measure(
    "rounds_late",
    pgettext_lazy("rounds completed within the grace", "Late"),
    _("At least 95 % of the points visited, the last of them only within the grace."),
    [RoundStatus.LATE],
    "warn",
)
ROUNDS_PARTIAL = _round_measure(
    "rounds_partial",
    _("Partial"),
    _("Some points visited in time, but fewer than 95 %."),
    [RoundStatus.PARTIAL],
    "warn",
)
ROUNDS_MISSED = _round_measure(
    "rounds_missed", _("Missed"), _("No point visited in time."), [RoundStatus.MISSED], "danger"
)
ROUNDS_CANCELLED = _round_measure(
    "rounds_cancelled",
    _("Cancelled"),
    _("Called off with a reason. Left out of every other figure."),
    [RoundStatus.CANCELLED],
    "idle",
)
POINTS_DUE = _round_measure(
    "points_due",
    _("Visits due"),
    _("Points of all rounds due, each as often as a round has it."),
    presence.JUDGED,
    tally=_points_in("points"),
    split=OF_POINTS,
)
POINTS_VISITED = _round_measure(
    "points_visited",
    _("Visits made"),
    _("Of these, points visited within the round's time and grace."),
    presence.JUDGED,
    "ok",
    tally=_points_in("visited"),
    split=OF_VISITS,
)
SCANS_VERIFIED = Measure(
    "scans_verified",
    _("Verified"),
    _("Scans with nothing to hold against them, after review."),
    _judged_scans(Verdict.VERIFIED),
    _page("patrols:scans", verdict="verified"),
    tone="ok",
    split=OF_SCANS,
)
SCANS_PLAUSIBLE = Measure(
    "scans_plausible",
    _("Plausible"),
    _("Scans with weaker proof but no contradiction: typed codes, a wrong clock."),
    _judged_scans(Verdict.PLAUSIBLE),
    _page("patrols:scans", verdict="plausible"),
    tone="info",
    split=OF_SCANS,
)
SCANS_DOUBTFUL = Measure(
    "scans_doubtful",
    _("Doubtful"),
    _(
        "Scans with a contradiction somebody should look at: too far off, too fast, a voided label. A question, not a fault."
    ),
    _judged_scans(Verdict.DOUBTFUL),
    _page("patrols:scans", verdict="doubtful"),
    tone="warn",
    split=OF_SCANS,
)
SCANS_LATE_UPLOAD = Measure(
    "scans_late_upload",
    _("Uploaded late"),
    _(
        "Scans received more than ten minutes after they were made: the phone had no network. They count in full."
    ),
    _late_scans,
    _page("patrols:scans", late="yes"),
    tone="idle",
    split=OF_SCANS,
)

ROUND_OUTCOMES = (ROUNDS_COMPLETED, ROUNDS_LATE, ROUNDS_PARTIAL, ROUNDS_MISSED)
VERDICTS = (SCANS_VERIFIED, SCANS_PLAUSIBLE, SCANS_DOUBTFUL)


def _count(site: Site, days: Sequence[date]) -> dict[date, DayCounts]:
    found: dict[date, DayCounts] = {}
    for day, rows in presence.presence_of_days(site, days).items():
        found[day] = {row.zone_id: _numbers(row) for row in rows}
    return found


def _numbers(row: presence.PresenceRow) -> dict[str, float]:
    numbers = asdict(row)
    del numbers["zone_id"]
    return {code: number for code, number in numbers.items() if number}


register_source(
    Source(
        "patrols",
        (
            ROUNDS_DUE,
            *ROUND_OUTCOMES,
            ROUNDS_CANCELLED,
            POINTS_DUE,
            POINTS_VISITED,
            *VERDICTS,
            SCANS_LATE_UPLOAD,
        ),
        _count,
    )
)

K09 = register(
    Share(
        code="K09",
        dimension=Dimension.EFFICIENCY,
        exclusions=(ROUNDS_CANCELLED,),
        name=_("Patrol completion"),
        definition=_(
            "Rounds completed within their window ÷ rounds due. A round counts when at least 95 % of its points were visited."
        ),
        numerator=ROUNDS_COMPLETED,
        denominator=ROUNDS_DUE,
        target=0.98,
        basis=_("a proposal; neither law nor contract"),
        cadence=_("daily"),
        caveat=_("Rounds completed within the grace are late and do not count."),
    )
)
K10 = register(
    Share(
        code="K10",
        dimension=Dimension.QUALITY,
        exclusions=(ROUNDS_CANCELLED,),
        name=_("Checkpoint coverage"),
        definition=_("Points visited in time ÷ points due in all rounds. The rest is the miss rate."),
        numerator=POINTS_VISITED,
        denominator=POINTS_DUE,
        target=0.98,
        basis=_("a proposal; neither law nor contract"),
        cadence=_("daily"),
        caveat=_("Doubtful scans count until a supervisor overrules them."),
    )
)
