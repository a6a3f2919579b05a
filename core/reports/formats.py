"""How values are written for people, in the active language.

A half is rounded up, away from zero, as people and spreadsheets do; numbers are taken to the fifteen digits a
spreadsheet keeps, so that page, paper and workbook show the same last digit.
"""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal

from django.utils.translation import gettext

from .definition import Kind
from .values import DASH, Value

#: Decimals of a percentage when the column does not say.
PERCENT_DIGITS = 1
#: A share this close to all or nothing is written with more decimals, at most so many.
MOST_PERCENT_DIGITS = 6
#: Digits that a spreadsheet keeps of a number; what lies behind them is what binary fractions leave.
KEPT = Context(prec=15, rounding=ROUND_HALF_UP)
#: Room for the greatest float with its decimals.
WIDE = Context(prec=330, rounding=ROUND_HALF_UP)


def show(value: Value, kind: Kind = "text", digits: int | None = None) -> str:
    """``value`` as people read it; a dash for no data."""
    match value:
        case None:
            return DASH
        case str():
            return value
        case datetime():
            return value.strftime("%Y-%m-%d %H:%M")
        case date():
            return value.isoformat()
    if kind == "percent":
        return show_percent(value, PERCENT_DIGITS if digits is None else digits)
    if kind == "minutes":
        return show_minutes(value)
    if kind == "integer":
        return _fixed(value, 0)
    return _fixed(value, digits) if digits is not None else _trimmed(value, 2)


def rounded(value: float | Decimal, digits: int) -> Decimal:
    """``value`` with so many decimals, a half rounded up: 6.25 is 6.3, −6.25 is −6.3."""
    return _kept(value).quantize(Decimal(1).scaleb(-digits), context=WIDE)


def percent_digits(value: float | Decimal, digits: int) -> int:
    """Decimals needed so that 99.96 % is not written as 100 %, nor 0.04 % as 0 %."""
    while digits < MOST_PERCENT_DIGITS and _looks_whole(value, digits):
        digits += 1
    return digits


def show_percent(value: float | Decimal, digits: int = PERCENT_DIGITS) -> str:
    """A fraction as a percentage, never rounded up to all or down to nothing."""
    return f"{_fixed(_kept(value) * 100, percent_digits(value, digits))}%"


def show_minutes(value: float | Decimal) -> str:
    """Minutes as "6.5 min" or "4 h 10 min"."""
    sign = "-" if value < 0 else ""
    amount = abs(float(value))
    if rounded(amount, 1) < 60:
        return gettext("%(minutes)s min") % {"minutes": f"{sign}{_trimmed(amount, 1)}"}
    hours, minutes = divmod(int(rounded(amount, 0)), 60)
    values = {"hours": f"{sign}{hours:,}", "minutes": minutes}
    return (gettext("%(hours)s h %(minutes)s min") if minutes else gettext("%(hours)s h")) % values


def _looks_whole(value: float | Decimal, digits: int) -> bool:
    shown = rounded(_kept(value) * 100, digits)
    return (shown == 100 and value != 1) or (shown == 0 and value != 0)


def _kept(value: float | Decimal) -> Decimal:
    return KEPT.create_decimal_from_float(value) if isinstance(value, float) else Decimal(value)


def _fixed(value: float | Decimal, digits: int) -> str:
    text = f"{rounded(value, digits):,f}"
    return text.removeprefix("-") if not text.strip("-0.,") else text


def _trimmed(value: float | Decimal, digits: int) -> str:
    """At most ``digits`` decimals, without zeros at the end."""
    text = _fixed(value, digits)
    return text.rstrip("0").rstrip(".") if "." in text else text
