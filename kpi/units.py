"""Values as people type them and as they are stored (a fraction for percent and per mille, minutes for lengths of time); changes with their sign."""

from decimal import Decimal

from django.utils.formats import number_format

from core.reports.formats import rounded

MINUS = "\N{MINUS SIGN}"
#: A smaller relative change is told with a decimal.
SMALL_CHANGE = 0.1

#: What one typed unit is worth in the unit of the value; every other unit is typed as it is stored.
FACTORS = {
    "percent": Decimal("0.01"),
    "permille": Decimal("0.001"),
    "hours": Decimal(60),
    "days": Decimal(24 * 60),
}


def stored(value: Decimal, unit: str) -> float:
    """A typed value in the unit of the indicator's value: 98 % becomes 0.98."""
    return float(value * FACTORS.get(unit, Decimal(1)))


def typed(value: float, unit: str) -> Decimal:
    """The same way back, without a tail of binary fractions."""
    exact = Decimal(str(value)) / FACTORS.get(unit, Decimal(1))
    return Decimal(f"{exact.quantize(Decimal('0.0001')).normalize():f}")


def signed(value: float, digits: int) -> str:
    """ "+5.2", "−5.2" """
    near = rounded(value, digits)
    sign = "+" if near > 0 else MINUS if near < 0 else "±"
    return f"{sign}{number_format(abs(near), digits)}"


def signed_percent(value: float) -> str:
    """A share as a change: "−12%"."""
    digits = 1 if abs(value) < SMALL_CHANGE else 0
    return f"{signed(value * 100, digits)}%"
