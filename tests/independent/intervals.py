"""Intervals as the textbooks write them, with the normal quantile rounded to 1.96 as domain rule 6 has it."""

from math import sqrt

Z = 1.96
Interval = tuple[float, float]
#: Exact limits of up to ten events, rounded as the tables print them; from there on Byar's approximation of them.
TABLE = {
    0: (0.0, 3.6889), 1: (0.0253, 5.5716), 2: (0.2422, 7.2247), 3: (0.6187, 8.7673), 4: (1.0899, 10.2416),
    5: (1.6235, 11.6683), 6: (2.2019, 13.0595), 7: (2.8144, 14.4227), 8: (3.4538, 15.7632), 9: (4.1154, 17.0848),
    10: (4.7954, 18.3904),
}  # fmt: skip


def wilson(k: float, n: float) -> Interval | None:
    """Both roots of (p - x)² = z² x (1 - x) / n."""
    if not n:
        return None
    p = k / n
    a, b, c = 1 + Z**2 / n, -(2 * p + Z**2 / n), p**2
    root = sqrt(max(b**2 - 4 * a * c, 0.0))
    return max((-b - root) / (2 * a), 0.0), min((-b + root) / (2 * a), 1.0)


def garwood(k: int) -> Interval:
    """Of a number of rare events."""
    if k in TABLE:
        return TABLE[k]
    return k * (1 - 1 / (9 * k) - Z / (3 * k**0.5)) ** 3, (k + 1) * (
        1 - 1 / (9 * (k + 1)) + Z / (3 * (k + 1) ** 0.5)
    ) ** 3
