"""Surveys as daily counts (surveys.counted), and the waves behind each number; the numbers of a wave, counted twice over."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet

from organization.models import Site
from surveys.counted import ITEMS, answers_code, satisfied_code
from surveys.models import Answer, Audience, Evidence, Purpose, QuestionKind, Response, Wave, WaveState
from surveys.scores import DETRACTORS, PROMOTERS, SATISFIED, NetTally, ScaleTally
from surveys.small_numbers import is_shown


@dataclass(frozen=True, slots=True)
class _Question:
    """A question of a wave and how often each score was given; the first one of an item counts."""

    position: int
    kind: str
    item: str
    scores: Counter[int]


def counted_waves(site: Site, first: date, last: date) -> QuerySet[Wave]:
    """The satisfaction surveys of households closed on these days of the site."""
    return Wave.objects.filter(
        site=site,
        closed_on__range=(first, last),
        state=WaveState.CLOSED,
        audience=Audience.HOUSEHOLDS,
        version__questionnaire__purpose=Purpose.SATISFACTION,
    )


def counts_of_days(site: Site, days: Sequence[date]) -> dict[date, dict[str, int]]:
    """Every count of each day; what is 0 is left out. Three statements however many days."""
    if not days:
        return {}
    waves = list(counted_waves(site, min(days), max(days)).filter(closed_on__in=days))
    found: dict[date, Counter[str]] = {day: Counter() for day in days}
    for wave, counts in zip(waves, _of_waves(waves), strict=True):
        if wave.closed_on is not None:
            found[wave.closed_on].update(counts)
    return {day: {code: number for code, number in counts.items() if number} for day, counts in found.items()}


def numbers_of(waves: Sequence[Wave]) -> dict[int, dict[str, int]]:
    """The counts of each wave by its key; two statements however many waves."""
    return {wave.pk: counts for wave, counts in zip(waves, _of_waves(waves), strict=True)}


def number_of_wave(wave: Wave, code: str) -> int:
    """One count of one wave, read from its answers one by one: the second opinion of the nightly check."""
    if code in ("survey_population", "survey_invited"):
        return (wave.population or 0) if code == "survey_population" else wave.invited
    responses = list(wave.responses.filter(is_valid=True, evidence=Evidence.PERSONAL))
    if code == "survey_valid":
        return len(responses)
    is_net = code in ("survey_net_answers", "survey_promoters", "survey_detractors")
    item = next((one for one in ITEMS if code in (answers_code(one), satisfied_code(one))), None)
    if item is None and not is_net:
        raise ValueError(f"nothing counts {code!r}")
    kind = QuestionKind.NPS if is_net else QuestionKind.SCALE
    asked = wave.version.questions.filter(kind=kind).order_by("position")
    answered = asked.filter(answers__response__in=responses).distinct()
    question = (answered if is_net else answered.filter(item=item)).first()
    numbers = [
        answer.number
        for answer in Answer.objects.filter(response__in=responses, question=question)
        if answer.number is not None
    ]
    if question is None or not is_shown(len(numbers)):
        return 0
    wanted: Any = range(11)
    if code == "survey_promoters":
        wanted = PROMOTERS
    elif code == "survey_detractors":
        wanted = DETRACTORS
    elif item is not None and code == satisfied_code(item):
        wanted = SATISFIED
    return sum(number in wanted for number in numbers)


def number_of_waves(waves: Iterable[Wave], code: str) -> int:
    """One count over several waves."""
    return sum(number_of_wave(wave, code) for wave in waves)


def _of_waves(waves: Sequence[Wave]) -> list[dict[str, int]]:
    valid = dict(
        Response.objects.filter(wave__in=waves, is_valid=True, evidence=Evidence.PERSONAL)
        .values_list("wave_id")
        .annotate(count=Count("pk"))
        .order_by()
    )
    questions = _questions(waves)
    return [
        {
            "survey_population": wave.population or 0,
            "survey_invited": wave.invited,
            "survey_valid": valid.get(wave.pk, 0),
            **_of_questions(questions.get(wave.pk, {}).values()),
        }
        for wave in waves
    ]


def _questions(waves: Sequence[Wave]) -> Mapping[int, dict[int, _Question]]:
    rows = (
        Answer.objects.filter(
            response__wave__in=waves,
            response__is_valid=True,
            response__evidence=Evidence.PERSONAL,
            question__kind__in=(QuestionKind.SCALE, QuestionKind.NPS),
            number__isnull=False,
        )
        .values_list(
            "response__wave_id", "question_id", "question__position", "question__kind", "question__item", "number"
        )
        .annotate(count=Count("pk"))
        .order_by()
    )  # fmt: skip
    found: dict[int, dict[int, _Question]] = defaultdict(dict)
    for wave_id, question_id, position, kind, item, number, count in rows:
        question = found[wave_id].setdefault(question_id, _Question(position, kind, item, Counter()))
        question.scores[number] += count
    return found


def _of_questions(questions: Iterable[_Question]) -> dict[str, int]:
    """The counts of a wave's questions; of several of one item, or for a recommendation, the first."""
    found: dict[str, int] = {}
    done: set[str] = set()
    for question in sorted(questions, key=lambda one: one.position):
        name = "net" if question.kind == QuestionKind.NPS else question.item
        if name in done or not (name == "net" or name in ITEMS):
            continue
        done.add(name)
        answers = sum(question.scores.values())
        if not is_shown(answers):
            continue
        if name == "net":
            net = NetTally(question.scores)
            found |= {"survey_net_answers": answers, "survey_promoters": net.promoters, "survey_detractors": net.detractors}  # fmt: skip
        else:
            found |= {
                answers_code(name): answers,
                satisfied_code(name): ScaleTally(question.scores).satisfied,
            }
    return found
