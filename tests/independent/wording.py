"""How a figure is written for people, by the rules of docs/reports.md alone: decimals, halves, units, "no data"."""

from decimal import ROUND_HALF_UP, Decimal

from tests.independent.figure import Figure
from tests.independent.records import Row

#: What stands beside a number, by language: minutes, hours with minutes, whole hours, hours of a long time, days, no data.
WORDS = {
    "en": ("{} min", "{} h {} min", "{} h", "{} h", "{} days", "no data"),
    "zh-hans": ("{} 分", "{} 小时 {} 分", "{} 小时", "{}小时", "{}天", "无数据"),
}
DASH = "—"


def half_up(value: float | Decimal, digits: int) -> Decimal:
    """Rounded as taught at school, from the fifteen digits that a spreadsheet keeps."""
    exact = value if isinstance(value, Decimal) else Decimal(f"{value:.15g}")
    return exact.quantize(Decimal(10) ** -digits, ROUND_HALF_UP)


def value_of(value: float | None, unit: str, language: str) -> str:
    """A value of that unit; lengths of time are given in minutes."""
    minutes, mixed, whole, hours, days, _nothing = WORDS[language]
    if value is None:
        return DASH
    exact = Decimal(f"{value:.15g}")
    match unit:
        case "percent":
            return _percent(exact)
        case "permille":
            return f"{half_up(exact * 1000, 2)}‰"
        case "hours":
            return hours.format(half_up(exact / 60, 1))
        case "days":
            return days.format(half_up(exact / 1440, 1))
        case "points" | "score":
            return f"{half_up(exact, 1)}"
        case "number":
            return _short(half_up(exact, 2))
    if half_up(exact, 1) < 60:
        return minutes.format(_short(half_up(exact, 1)))
    full, rest = divmod(int(half_up(exact, 0)), 60)
    return mixed.format(full, rest) if rest else whole.format(full)


def interval_of(figure: Figure, unit: str, language: str) -> str:
    """From – to, or nothing."""
    if figure.interval is None:
        return ""
    low, high = (
        f"{half_up(bound, 1)}" if unit == "number" else value_of(bound, unit, language)
        for bound in figure.interval
    )
    return f"{low} – {high}"


def target_of(target: float | None, unit: str, direction: str, language: str) -> str:
    """At least, or at most; whole percentages without decimals."""
    if target is None:
        return DASH
    percentage = Decimal(f"{target:.15g}") * 100
    is_whole = unit == "percent" and percentage == percentage.to_integral_value()
    shown = f"{int(percentage)}%" if is_whole else value_of(target, unit, language)
    return f"{'≥' if direction == 'up' else '≤'} {shown}"


def rests_on(figure: Figure, definition: Row) -> str:
    """Numerator and denominator of a share, else how many records, with separators between thousands."""
    if definition["kind"] in ("share", "sampled"):
        return f"{part_of(figure):,} / {figure.sample:,}" if figure.sample else ""
    return f"{figure.sample:,}" if figure.value is not None else ""


def part_of(figure: Figure) -> int:
    """The numerator of a share."""
    return round((figure.value or 0) * figure.sample)


def _percent(fraction: Decimal) -> str:
    """One decimal; more, up to six, where it would read as all or nothing and is not."""
    digits = 1
    while digits < 6 and half_up(fraction * 100, digits) in (0, 100) and fraction not in (0, 1):
        digits += 1
    return f"{half_up(fraction * 100, digits)}%"


def _short(number: Decimal) -> str:
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
