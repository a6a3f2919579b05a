"""Two waves side by side, honestly: the same questions only, and no change unless the intervals part."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.intervals import Interval
from surveys.models import Wave, WaveState
from surveys.selectors.results import Line, Results

CHANGES = ("better", "worse", "same", "")


@dataclass(frozen=True, slots=True)
class Compared:
    """One question in both waves. `change` is better, worse, same (no clear change) or "" (one of them is withheld)."""

    label: str
    now: Line
    before: Line
    change: str
    is_reworded: bool


def waves_like(wave: Wave) -> QuerySet[Wave]:
    """Other closed waves of the same questionnaire at the same site, latest first."""
    return (
        Wave.objects.filter(
            site_id=wave.site_id,
            state=WaveState.CLOSED,
            version__questionnaire_id=wave.version.questionnaire_id,
        )
        .exclude(pk=wave.pk)
        .select_related("version", "site")
        .order_by("-closed_at", "-pk")
    )


def compared(now: Results, before: Results) -> list[Compared]:
    """The questions both waves asked by the same code and in the same kind; the order is that of `now`."""
    earlier = {(line.key, line.question.kind): line for line in before.lines}
    found = []
    for line in now.lines:
        other = earlier.get((line.key, line.question.kind))
        if other is not None:
            is_reworded = dict(line.question.text) != dict(other.question.text)
            found.append(Compared(line.label, line, other, change(line, other), is_reworded))
    return found


def change(now: Line, before: Line) -> str:
    """Better or worse only when the two intervals have nothing in common; of everybody the share stands for itself."""
    if not (now.tally.is_shown and before.tally.is_shown):
        return ""
    here, there = _span(now), _span(before)
    if here.overlaps(there):
        return "same"
    return "better" if here.low > there.high else "worse"


def cautions(now: Results, before: Results) -> list[str]:
    """What else than people's opinion may have changed between the two waves, in words."""
    return [
        *_of_questions(now.wave, before.wave),
        *_of_sampling(now.wave, before.wave),
        *_of_answers(now, before),
    ]


def _span(line: Line) -> Interval:
    share = line.tally.share or 0.0
    return line.tally.interval or Interval(share, share)


def _of_questions(now: Wave, before: Wave) -> Iterable[str]:
    if now.version_id != before.version_id:
        yield _(
            "The waves asked different versions of the questionnaire (%(now)d and %(before)d); only questions with the "
            "same code are compared."
        ) % {"now": now.version.number, "before": before.version.number}


def _of_sampling(now: Wave, before: Wave) -> Iterable[str]:
    pairs: list[tuple[Any, Any, Any]] = [
        (_("who was asked"), now.get_audience_display(), before.get_audience_display()),
        (_("how they were chosen"), now.get_selection_display(), before.get_selection_display()),
        (_("how the sample was divided"), now.get_stratify_display(), before.get_stratify_display()),
        (_("anonymity"), _anonymity(now), _anonymity(before)),
    ]
    for what, here, there in pairs:
        if here != there:
            yield _("Different: %(what)s (%(now)s; before: %(before)s).") % {
                "what": what,
                "now": here,
                "before": there,
            }


def _of_answers(now: Results, before: Results) -> Iterable[str]:
    if now.with_open != before.with_open:
        yield _("Answers by an open code are among one of the two only.")
    if now.is_low or before.is_low:
        yield _(
            "Fewer than 30 % answered in one of the waves: who answered may differ more than what people think."
        )


def _anonymity(wave: Wave) -> str:
    return str(_("anonymous")) if wave.is_anonymous else str(_("with names"))
