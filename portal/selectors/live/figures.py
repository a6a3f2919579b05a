"""Today's figures in a strip: rounds, points, cases, people on post. They come from rounds, not from the roll-up."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from core.clock import local
from patrols.models import OPEN_STATUSES, RoundStatus
from portal.selectors.live.present import OpenCases, Present, RoundNow
from rosters.selectors import Duty


@dataclass(frozen=True)
class FigureLine:
    """A figure of the strip."""

    label: str
    value: Any
    unit: str = ""
    note: str = ""
    tone: str = ""
    url: str = ""


def figures(present: Present) -> list[FigureLine]:
    """The strip."""
    site, today = present.site, present.rounds_today
    rounds = (
        f"{reverse('patrols:rounds')}?site={site.pk}&day={local(present.moment, site.zone_info):%Y-%m-%d}"
    )
    cases = f"{reverse('incidents:cases')}?site={site.pk}&status=open"
    return [
        rounds_figure(today, rounds),
        points_figure(today, rounds),
        cases_figure(present.cases, cases),
        presence_figure(present.duties),
    ]


def rounds_figure(today: list[RoundNow], url: str) -> FigureLine:
    """Rounds done, of those of today."""
    done = sum(one.status in (RoundStatus.COMPLETED, RoundStatus.LATE) for one in today)
    missed = sum(one.status == RoundStatus.MISSED for one in today)
    late = sum(one.status in (RoundStatus.LATE, RoundStatus.PARTIAL) for one in today)
    return FigureLine(
        _("Rounds today"),
        done,
        _("of %(count)d") % {"count": len(today)},
        _("%(missed)d missed · %(late)d late or partial") % {"missed": missed, "late": late},
        "danger" if missed else "warn" if late else "",
        url,
    )


def points_figure(today: list[RoundNow], url: str) -> FigureLine:
    """Points visited, of those of the rounds that are over."""
    judged = [one for one in today if one.status not in OPEN_STATUSES]
    due = sum(one.points for one in judged)
    seen = sum(one.visited for one in judged)
    return FigureLine(
        _("Points visited"),
        f"{100 * seen / due:.1f}" if due else None,
        "%",
        _("target ≥ 98 %% · %(seen)d of %(due)d") % {"seen": seen, "due": due}
        if due
        else _("no round is judged yet today"),
        "warn" if due and seen / due < 0.98 else "",
        url,
    )


def cases_figure(cases: OpenCases, url: str) -> FigureLine:
    """Open cases, and those that press."""
    return FigureLine(
        _("Open cases"),
        cases.total,
        "",
        _("%(over)d overdue · %(soon)d due soon") % {"over": cases.overdue, "soon": cases.due_soon},
        "danger" if cases.overdue else "",
        url,
    )


def presence_figure(duties: list[Duty]) -> FigureLine:
    """Posts that are staffed, and the first that is not."""
    empty = [duty for duty in duties if duty.missing]
    note = (
        _("%(post)s is not staffed") % {"post": empty[0].post.name} if empty else _("every post is staffed")
    )
    return FigureLine(
        _("On post"),
        len(duties) - len(empty) if duties else None,
        _("of %(count)d posts") % {"count": len(duties)} if duties else "",
        note if duties else _("no roster for this hour"),
        "danger" if empty else "",
        reverse("rosters:week"),
    )
