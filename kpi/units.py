"""Values as people type them, and as they are stored: a fraction for percent and per mille, minutes for lengths of time."""

from decimal import Decimal

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
