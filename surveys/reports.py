"""满意度调查结果表: the results of a wave as a report (requirements 1.7), with the same numbers as its page."""

from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.clock import local, now
from core.intervals import Interval
from core.reports import Column, Figure, Report, Sheet
from surveys import charts
from surveys.models import Wave
from surveys.scores import HIGHEST, LOWEST, ScaleTally
from surveys.selectors.months import by_month
from surveys.selectors.result_parts import Part, by_channel, by_stratum, missing
from surveys.selectors.results import Line, Results
from surveys.selectors.words import TopicLine, words_of_wave


def results_report(results: Results) -> Report:
    """The report in the site's language and clock."""
    with translation.override(results.wave.site.language):
        return _report(results)


def _report(results: Results) -> Report:
    wave, site = results.wave, results.wave.site
    overall = results.overall
    sheets = [_questions(results)]
    if results.net_lines:
        sheets.append(_net(results))
    if overall is not None and results.is_ready:
        if wave.is_standing:
            sheets.append(_months(results, overall))
        sheets.append(
            _parts(
                "parts",
                (_("%(question)s by service") if wave.is_standing else _("%(question)s by part"))
                % {"question": overall.label},
                by_stratum(results, overall),
            )
        )
        sheets.append(
            _parts(
                "channels",
                _("%(question)s by channel") % {"question": overall.label},
                by_channel(results, overall),
            )
        )
    sheets += [_choices(results), _missing(results), *_topics(results)]
    return Report(
        key=f"survey-{wave.pk}",
        title=_("Results of the questions after a service") if wave.is_standing else _("Results of the satisfaction survey"),
        subtitle=str(wave.title),
        company=site.company.name,
        site=site.name,
        period=_period(wave),
        made_at=now(),
        language=site.language,
        time_zone=site.zone_info,
        sheets=sheets,
        figures=_figures(results, overall),
        definitions=_definitions(),
        footer=_statement(results),
        base_url=settings.PUBLIC_URL,
    )  # fmt: skip


def shown(tally: ScaleTally, value: Any) -> Any:
    """A score, or None where there are too few answers to show one."""
    return value if tally.is_shown else None


def low(interval: Interval | None) -> float | None:
    """Where an interval begins."""
    return None if interval is None else interval.low


def high(interval: Interval | None) -> float | None:
    """Where an interval ends."""
    return None if interval is None else interval.high


def _period(wave: Wave) -> str:
    zone = wave.site.zone_info
    end = wave.closed_at or wave.closes_at or now()
    return f"{local(wave.opened_at or wave.opens_at, zone):%Y-%m-%d} – {local(end, zone):%Y-%m-%d}"


def _statement(results: Results) -> str:
    if results.wave.is_standing:
        return _(
            "Asked after a service: who reported something is no sample of the households. Counts in no indicator of satisfaction."
        )
    if results.all_open:
        return _(
            "Answers by an open code: anybody could answer, also more than once. No sample, weaker evidence."
        )
    if results.with_open:
        return _("Personal answers and those by the open code together; the latter are weaker evidence.")
    return _("Personal answers only. Intervals: Wilson 95 % with finite population correction.")


def _figures(results: Results, overall: Line | None) -> list[Figure]:
    wave = results.wave
    found = [
        Figure(_("Could be asked"), wave.population, kind="integer"),
        Figure(_("Invited"), wave.invited, kind="integer", href="#missing"),
        Figure(_("Valid answers"), results.answers, kind="integer"),
        Figure(
            _("Response rate"), results.response_rate, kind="percent", tone="warn" if results.is_low else ""
        ),
    ]
    if overall is not None:
        tally = overall.tally
        found += [
            Figure(_("Satisfied"), shown(tally, tally.share), kind="percent", note=overall.label),
            Figure(_("Older formula of the trade"), shown(tally, tally.legacy), kind="percent"),
        ]
    return found


def _definitions() -> list[tuple[str, str]]:
    return [
        (_("Satisfied"), _("Valid answers of 4 or 5 ÷ valid answers to the question.")),
        (_("Mean (0–100)"), _("Mean score from 1 to 5, as (score − 1) ÷ 4 × 100.")),
        (
            _("Older formula of the trade"),
            _("(Participants − dissatisfied) ÷ participants: who gave 3 counts as satisfied. For comparison with older reports only."),
        ),
        (_("Withheld"), _("No score rests on fewer than five answers, and none that subtraction would tell.")),
        (_("Response rate"), _("Valid personal answers ÷ invited. Below 30 % the answers may not speak for the silent.")),
    ]  # fmt: skip


def _score_columns() -> list[Column]:
    def tally(row: Any) -> ScaleTally:
        found: ScaleTally = row.tally
        return found

    return [
        Column("answers", _("Answers"), "integer", value=lambda row: tally(row).answers),
        Column("satisfied", _("Number satisfied (4–5)"), "integer", value=lambda row: shown(tally(row), tally(row).satisfied)),
        Column("share", _("Share satisfied"), "percent", value=lambda row: shown(tally(row), tally(row).share)),
        Column("low", _("95 % interval from"), "percent", value=lambda row: shown(tally(row), low(tally(row).interval))),
        Column("high", _("95 % interval to"), "percent", value=lambda row: shown(tally(row), high(tally(row).interval))),
        Column("mean", _("Mean (0–100)"), "number", digits=1, value=lambda row: shown(tally(row), tally(row).mean)),
        Column("legacy", _("Older formula of the trade"), "percent", value=lambda row: shown(tally(row), tally(row).legacy)),
    ]  # fmt: skip


def _count_column(score: int) -> Column:
    return Column(
        f"score_{score}",
        str(charts.SCORE_WORDS[score]),
        "integer",
        value=lambda row: shown(row.tally, row.tally.among((score,))),
    )


def _questions(results: Results) -> Sheet:
    return Sheet(
        "questions",
        pgettext("survey", "Questions"),
        [
            Column("code", _("Code"), value=lambda line: line.key, width=21),
            Column(
                "label", pgettext("of a questionnaire", "Question"), value=lambda line: line.label, width=36
            ),
            *_score_columns(),
            *(_count_column(score) for score in range(HIGHEST, LOWEST - 1, -1)),
        ],
        results.lines,
        note="" if results.is_ready else _not_ready(wave=results.wave),
        empty=_("No question is answered on a scale."),
    )


def _not_ready(wave: Wave) -> str:
    if wave.is_standing:
        return _("Scores of an anonymous survey are shown by whole months, five answers at least.")
    return _("Scores of an anonymous survey are shown when it is closed.")


def _net(results: Results) -> Sheet:
    return Sheet(
        "net",
        _("Recommendation"),
        [
            Column("label", pgettext("of a questionnaire", "Question"), value=lambda line: str(line.question.text), width=36),
            Column("answers", _("Answers"), "integer", value=lambda line: line.tally.answers),
            Column("promoters", _("Promoters (9–10)"), "integer", value=lambda line: shown(line.tally, line.tally.promoters)),
            Column("detractors", _("Detractors (0–6)"), "integer", value=lambda line: shown(line.tally, line.tally.detractors)),
            Column("score", _("Net score"), "number", digits=1, value=lambda line: shown(line.tally, line.tally.score)),
            Column("low", _("95 % interval from"), "number", digits=1, value=lambda line: shown(line.tally, low(line.tally.interval))),
            Column("high", _("95 % interval to"), "number", digits=1, value=lambda line: shown(line.tally, high(line.tally.interval))),
        ],
        results.net_lines,
        note=_("Below 100 answers a net score says little."),
    )  # fmt: skip


def _parts(key: str, title: str, parts: list[Part]) -> Sheet:
    return Sheet(
        key,
        title,
        [
            Column("label", _("Part"), value=lambda part: part.label, width=30),
            Column("people", _("Could be asked"), "integer", value=lambda part: part.people or None),
            *_score_columns(),
        ],
        parts,
        empty=_("Nobody has answered yet."),
    )


def _months(results: Results, line: Line) -> Sheet:
    return Sheet(
        "months",
        _("%(question)s by month") % {"question": line.label},
        [Column("label", _("Month"), value=lambda month: month.label, width=20), *_score_columns()],
        by_month(results.wave, line.question, line.row, results.until),
        note=_("Months of fewer than five answers stand together."),
        empty=_("Nobody has answered yet."),
    )


def _choices(results: Results) -> Sheet:
    rows = [
        (str(line.question.text), option.label, option.count if line.is_shown else None, option.share if line.is_shown else None)
        for line in results.choice_lines
        for option in line.options
    ]  # fmt: skip
    return Sheet(
        "choices",
        _("Choices"),
        [
            Column(
                "question", pgettext("of a questionnaire", "Question"), value=lambda row: row[0], width=36
            ),
            Column("option", pgettext("of an answer", "Choice"), value=lambda row: row[1], width=24),
            Column("count", _("Number"), "integer", value=lambda row: row[2]),
            Column("share", _("Share of those who answered"), "percent", value=lambda row: row[3]),
        ],
        rows,
        empty=_("No question is answered by choosing."),
    )


def _missing(results: Results) -> Sheet:
    return Sheet(
        "missing",
        _("Who answered, who is missing"),
        [
            Column("label", _("Part"), width=24),
            Column("people", _("Could be asked"), "integer"),
            Column("invited", _("Invited"), "integer"),
            Column("answered", pgettext("survey", "Answered"), "integer"),
            Column("refused", _("Does not take part"), "integer"),
            Column("unreachable", _("Could not be reached"), "integer"),
            Column("silent", _("No answer"), "integer"),
            Column("share", _("Response rate"), "percent"),
        ],
        missing(results),
    )


def _topics(results: Results) -> list[Sheet]:
    def words(line: TopicLine) -> str:
        return ", ".join(f"{word} {count}" for word, count in line.words)

    return [
        Sheet(
            f"topics-{found.question.pk}",
            str(found.question.text),
            [
                Column("name", _("Topic"), value=lambda line: str(line.name), width=20),
                Column("count", _("Texts"), "integer"),
                Column("words", _("Words that put them there"), value=words, width=50),
            ],
            found.topics,
            note=_("%(rest)d of %(count)d texts contain no known word.")
            % {"rest": found.rest_count, "count": found.count},
            empty=_("Fewer than five people wrote something; it is not shown.") if found.count else _("Nobody wrote anything."),
        )
        for found in words_of_wave(results.wave, with_open=results.with_open)
    ]  # fmt: skip
