"""The results of a wave: every question's scores, how they are divided, who is missing. Small numbers stay withheld.

An anonymous wave shows no score before it is closed: with every answer that came, the difference to the look before
would be that answer. A standing one shows whole months (surveys.selectors.months).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.translated import TranslatedText
from surveys.models import Audience, Dimension, Evidence, Question, QuestionKind, Wave, WaveState
from surveys.scores import NetTally, ScaleTally
from surveys.selectors.months import shown_until
from surveys.selectors.result_cells import (
    ChoiceCell,
    ResponseCell,
    ScoreCell,
    choice_cells,
    counts_of,
    invitation_counts,
    is_counted,
    response_cells,
    score_cells,
    valid,
)
from surveys.small_numbers import is_shown

#: Below this share of answers the answers may not speak for those who are silent (domain 2.12, proposed).
LOW_RESPONSE = 0.30
_SCALES = (QuestionKind.SCALE, QuestionKind.MATRIX)


@dataclass(frozen=True, slots=True)
class Line:
    """One scale question, or one row of a matrix, with all its answers."""

    question: Question
    row: str
    label: str
    tally: ScaleTally

    @property
    def key(self) -> str:
        """Its name in addresses and files: the question's code, with the row's."""
        return f"{self.question.code}.{self.row}" if self.row else self.question.code


@dataclass(frozen=True, slots=True)
class NetLine:
    """A question for a recommendation."""

    question: Question
    tally: NetTally


@dataclass(frozen=True, slots=True)
class Option:
    """How many chose an option; their share of those who answered the question."""

    label: str
    count: int
    share: float


@dataclass(frozen=True, slots=True)
class ChoiceLine:
    """A question answered by choosing."""

    question: Question
    answers: int
    options: list[Option]

    @property
    def is_shown(self) -> bool:
        """Are there enough answers?"""
        return is_shown(self.answers)


class Results:
    """Everything counted over a wave, of personal answers or (with_open) of those by an open code too.

    A fixed number of queries; what is made of them is reckoned here.
    """

    def __init__(self, wave: Wave, *, with_open: bool = False) -> None:
        self.wave = wave
        self.responses = response_cells(wave)
        self.invitations = invitation_counts(wave)
        self.strata = list(wave.strata.all())
        self.questions = list(wave.version.questions.order_by("position"))
        self.until = shown_until(wave)
        self.is_ready = is_ready(wave, self.until)
        self.can_add_open = self._can_add_open()
        self.with_open = self.all_open or (with_open and self.can_add_open)
        self.scores: list[ScoreCell] = score_cells(wave, self.until) if self.is_ready else []
        self.choices: list[ChoiceCell] = choice_cells(wave, self.until) if self.is_ready else []

    # --- taking part ---------------------------------------------------------------------------

    @property
    def all_open(self) -> bool:
        """Did nobody get a personal invitation? Then all answers are of the weaker kind."""
        return bool(self.wave.audience == Audience.OPEN)

    @property
    def personal(self) -> int:
        """Valid answers by personal invitation."""
        return valid(self.responses, Evidence.PERSONAL)

    @property
    def open(self) -> int:
        """Valid answers by the open code."""
        return valid(self.responses, Evidence.OPEN)

    @property
    def answers(self) -> int:
        """Valid answers among what is shown."""
        return valid(self.counted)

    @property
    def invalid(self) -> int:
        """Answers that were set aside."""
        return sum(cell.count for cell in self.responses if not cell.is_valid)

    @property
    def counted(self) -> list[ResponseCell]:
        """The questionnaires among what is shown."""
        return [cell for cell in self.responses if is_counted(cell, with_open=self.with_open)]

    @property
    def population(self) -> int:
        """Of how many people the shown answers are a sample; 0 when they are none (who reported something is none)."""
        return 0 if self.with_open or self.wave.is_standing else self.wave.population or 0

    @property
    def response_rate(self) -> float | None:
        """Valid personal answers ÷ invited (K42); None when nobody was invited."""
        return self.personal / self.wave.invited if self.wave.invited else None

    @property
    def is_low(self) -> bool:
        """Did so few answer that those who did may not speak for the others?"""
        return self.response_rate is not None and self.response_rate < LOW_RESPONSE

    @property
    def in_state(self) -> dict[str, int]:
        """Invitations by what became of them."""
        found: Counter[str] = Counter()
        for (_stratum, state), count in self.invitations.items():
            found[state] += count
        return dict(found)

    def _can_add_open(self) -> bool:
        """Open answers may be added only when five or more: otherwise the difference would tell them."""
        return not self.all_open and is_shown(self.open) and (is_shown(self.personal) or not self.personal)

    # --- questions -----------------------------------------------------------------------------

    @property
    def lines(self) -> list[Line]:
        """Scale questions and rows of matrices, in the questionnaire's order."""
        return list(self._lines(self.shown_scores, self.population))

    @property
    def open_lines(self) -> list[Line]:
        """The same from open answers alone, without correction for a population they are no sample of."""
        return list(self._lines([cell for cell in self.scores if cell.evidence == Evidence.OPEN], 0))

    @property
    def shown_scores(self) -> list[ScoreCell]:
        """The scores among what is shown."""
        return [cell for cell in self.scores if is_counted(cell, with_open=self.with_open)]

    @property
    def overall(self) -> Line | None:
        """The line of overall satisfaction, after a service that of its quality, else the first one."""
        lines = self.lines
        item = Dimension.SERVICE_QUALITY if self.wave.is_standing else Dimension.OVERALL
        return next((line for line in lines if line.question.item == item), lines[0] if lines else None)

    @property
    def net_lines(self) -> list[NetLine]:
        """Questions for a recommendation."""
        return [
            NetLine(
                question,
                NetTally(
                    counts_of(cell for cell in self.shown_scores if cell.question_id == question.pk),
                    self.population,
                ),
            )
            for question in self.questions
            if question.kind == QuestionKind.NPS
        ]

    @property
    def choice_lines(self) -> list[ChoiceLine]:
        """Questions answered by choosing, each option with its share of those who answered."""
        return [
            _choice_line(
                question, [cell for cell in self._shown_choices() if cell.question_id == question.pk]
            )
            for question in self.questions
            if question.kind in (QuestionKind.SINGLE, QuestionKind.MULTIPLE)
        ]

    def line(self, key: str) -> Line | None:
        """The line of that key."""
        return next((line for line in self.lines if line.key == key), None)

    def cells_of(self, line: Line) -> list[ScoreCell]:
        """The shown scores of a line."""
        return [
            cell
            for cell in self.shown_scores
            if cell.question_id == line.question.pk and cell.row == line.row
        ]

    def _lines(self, cells: list[ScoreCell], population: int) -> Iterable[Line]:
        for question in self.questions:
            if question.kind not in _SCALES:
                continue
            for row, label in rows_of(question):
                found = [cell for cell in cells if (cell.question_id, cell.row) == (question.pk, row)]
                yield Line(question, row, label, ScaleTally(counts_of(found), population))

    def _shown_choices(self) -> list[ChoiceCell]:
        return [cell for cell in self.choices if is_counted(cell, with_open=self.with_open)]


def is_ready(wave: Wave, until: date | None) -> bool:
    """May scores of the wave be shown: when it is closed, and while it runs if it is not anonymous?

    Of an anonymous standing one those that came before `until` (shown_until), if there are any.
    """
    if wave.is_standing and wave.is_anonymous:
        return until is not None and until > date.min
    return bool(wave.state == WaveState.CLOSED or (wave.state == WaveState.OPEN and not wave.is_anonymous))


def rows_of(question: Question) -> list[tuple[str, str]]:
    """Code and words of each row of a matrix; one row without a code for a plain scale."""
    if question.kind != QuestionKind.MATRIX:
        return [("", str(question.text))]
    return [(row["code"], f"{question.text} · {words(row)}") for row in question.rows]


def words(part: dict[str, Any]) -> str:
    """An option or row in the reader's language."""
    return str(TranslatedText(part["text"]))


def _choice_line(question: Question, cells: list[ChoiceCell]) -> ChoiceLine:
    answers, chosen = sum(cell.count for cell in cells), Counter[str]()
    for cell in cells:
        for code in set(cell.choices):
            chosen[code] += cell.count
    return ChoiceLine(
        question,
        answers,
        [
            Option(
                words(option), chosen[option["code"]], chosen[option["code"]] / answers if answers else 0.0
            )
            for option in question.options
        ],
    )
