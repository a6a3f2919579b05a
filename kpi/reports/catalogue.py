"""The catalogue of indicators as a table of docs/indicators.md."""

from collections.abc import Iterator

from django.utils import translation

from kpi.indicators import (
    Awaited,
    Composite,
    Duration,
    Indicator,
    NetScore,
    Number,
    Rate,
    Sampled,
    Share,
    indicators,
)
from kpi.selectors.standing import goal_shown

BEGIN, END = "<!-- manage.py indicators -->", "<!-- /manage.py indicators -->"
HEAD = (
    "| code | indicator | dimension | what it is | target | reckoned | basis |",
    "|---|---|---|---|---|---|---|",
)
KINDS: tuple[tuple[type[Indicator], str], ...] = (
    (Awaited, "awaited"),
    (Composite, "of other indicators"),
    (Sampled, "sampled share"),
    (NetScore, "net score"),
    (Share, "share"),
    (Rate, "rate"),
    (Number, "number"),
)


def table() -> str:
    """Every indicator in English, in order of code; those that wait for their records say what for."""
    with translation.override("en"):
        return "\n".join((*HEAD, *_lines()))


def with_table(text: str) -> str:
    """The text with the table between its marks written anew. Raises ValueError without the marks."""
    before, begin, rest = text.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"no {BEGIN} … {END}")
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


def _lines() -> Iterator[str]:
    for code, one in indicators().items():
        cells = (
            code,
            one.name,
            one.dimension.label,
            f"{_kind(one)}: {str(one.definition).rstrip('.')}",
            "" if one.target is None else goal_shown(one, one.target),
            _reckoned(one),
            _basis(one),
        )
        yield f"| {' | '.join(str(cell) for cell in cells)} |"


def _kind(one: Indicator) -> str:
    if isinstance(one, Duration):
        return "time, " + {"mean": "mean", "median": "median", "p90": "90th percentile"}[one.judged]
    return next(name for kind, name in KINDS if isinstance(one, kind))


def _reckoned(one: Indicator) -> str:
    if isinstance(one, Awaited):
        return f"not yet: waits for {one.waits_for}"
    if isinstance(one, Composite):
        return "month, on its own page"
    return "month" if one.window == 1 else f"{one.window} months"


def _basis(one: Indicator) -> str:
    return str(one.basis) if one.target is not None else "information"
