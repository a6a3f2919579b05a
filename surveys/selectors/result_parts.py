"""A question's scores by part of the site and by channel, who is missing, and the weighted share.

Parts with fewer than five answers are put together; what was put together is at least five answers of at least two
parts, so that no small part can be reckoned from the total (surveys.small_numbers).
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from incidents.categories import category_label
from incidents.models import CaseKind
from surveys.models import Audience, Channel, InvitationState, Stratify, Stratum
from surveys.scores import ScaleTally, Weighted, weighted_share
from surveys.selectors.result_cells import ScoreCell, counts_of
from surveys.selectors.results import Line, Results
from surveys.small_numbers import is_shown, withheld


@dataclass(frozen=True, slots=True)
class Part:
    """One part's answers to a question. Several small parts put together name all their labels."""

    labels: list[str]
    tally: ScaleTally
    people: int = 0
    is_merged: bool = False

    @property
    def label(self) -> str:
        """What it is called."""
        if not self.is_merged:
            return self.labels[0]
        return _("Put together, fewer than five answers each or to protect them: %(parts)s") % {
            "parts": ", ".join(self.labels)
        }


@dataclass(frozen=True, slots=True)
class Missing:
    """How much of a part answered; `silent` have neither answered nor said that they will not."""

    label: str
    people: int
    invited: int
    answered: int
    refused: int
    unreachable: int

    @property
    def silent(self) -> int:
        """Invited, and nothing known."""
        return self.invited - self.answered - self.refused - self.unreachable

    @property
    def share(self) -> float | None:
        """Answered ÷ invited; None when nobody was invited."""
        return self.answered / self.invited if self.invited else None


def by_stratum(results: Results, line: Line) -> list[Part]:
    """The line by the parts the sample was drawn from, and whoever belongs to none."""
    labels: dict[Hashable, str] = {stratum.pk: label_of(stratum) for stratum in results.strata}
    labels[None] = _("Open code, no building known")
    people = (
        {}
        if results.with_open or results.wave.is_standing
        else {stratum.pk: stratum.population for stratum in results.strata}
    )
    found = _parts(results.cells_of(line), lambda cell: cell.stratum_id, labels, people)
    return [part for part in found if part.tally.answers or part.labels != [labels[None]]]


def by_channel(results: Results, line: Line) -> list[Part]:
    """The line by the way the answers came. A channel chooses its people, so no interval is corrected for them."""
    labels: dict[Hashable, str] = {channel.value: str(channel.label) for channel in Channel}
    found = _parts(results.cells_of(line), lambda cell: cell.channel, labels, {})
    return [part for part in found if part.tally.answers]


def missing(results: Results) -> list[Missing]:
    """Each part of the sample: invited, answered, refused, not reached. Counts of people, no scores."""
    known: list[tuple[int | None, str, int]] = [
        (stratum.pk, label_of(stratum), stratum.population) for stratum in results.strata
    ] or [(None, _("Whole site"), results.wave.population or 0)]
    return [_missing(results.invitations, pk, label, people) for pk, label, people in known]


@dataclass(frozen=True, slots=True)
class Weighting:
    """The weighted share of satisfied; `unheard` people live in parts from which nobody answered: no weight speaks for them."""

    found: Weighted
    unheard: int


def weighting(results: Results, line: Line) -> Weighting | None:
    """The share of satisfied with every part weighted by its people; None where there are no parts to weight."""
    if results.with_open or results.wave.is_standing or len(results.strata) < 2:
        return None
    parts = by_stratum(results, line)
    heard = [part for part in parts if part.tally.answers]
    found = weighted_share([(part.people, part.tally) for part in heard])
    if found is None or not all(is_shown(part.tally.answers) for part in heard):
        return None
    return Weighting(found, sum(part.people for part in parts if not part.tally.answers))


def label_of(stratum: Stratum) -> str:
    """What a part is called."""
    if stratum.service:
        kind, _dot, category = stratum.service.partition(".")
        return (
            f"{CaseKind(kind).label} · {category_label(kind, category)}"
            if category
            else str(CaseKind(kind).label)
        )
    if stratum.label:
        return stratum.label
    wave = stratum.wave
    is_whole = wave.audience == Audience.STAFF or wave.stratify == Stratify.NONE
    return _("All together") if is_whole else _("In no building")


def _parts(
    cells: Iterable[ScoreCell],
    key_of: Callable[[ScoreCell], Hashable],
    labels: Mapping[Hashable, str],
    people: Mapping[Any, int],
) -> list[Part]:
    gathered: dict[Hashable, list[ScoreCell]] = {key: [] for key in labels}
    for cell in cells:
        gathered[key_of(cell)].append(cell)
    answers = {key: sum(cell.count for cell in found) for key, found in gathered.items()}
    hidden = withheld(answers)
    parts = [
        Part([labels[key]], ScaleTally(counts_of(found), people.get(key, 0)), people.get(key, 0))
        for key, found in gathered.items()
        if key not in hidden
    ]
    if hidden:
        together = [cell for key in gathered if key in hidden for cell in gathered[key]]
        size = sum(people.get(key, 0) for key in hidden)
        names = [labels[key] for key in gathered if key in hidden]
        parts.append(Part(names, ScaleTally(counts_of(together), size), size, is_merged=True))
    return parts


def _missing(
    counts: Mapping[tuple[int | None, str], int], pk: int | None, label: str, people: int
) -> Missing:
    def number(*states: str) -> int:
        return sum(counts.get((pk, state), 0) for state in states)

    return Missing(
        label=label,
        people=people,
        invited=number(*InvitationState.values),
        answered=number(InvitationState.ANSWERED),
        refused=number(InvitationState.REFUSED),
        unreachable=number(InvitationState.UNREACHABLE),
    )
