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


def sampled(k: float, n: float, population: float) -> Interval | None:
    """Of a sample of people: what is more than a twentieth of them counts for more, and of all of them nothing is left to chance."""
    if not n or n == population:
        return None
    worth = n * (population - 1) / (population - n) if population and n / population > 0.05 else n
    return wilson(k / n * worth, worth)


def net(up: float, down: float, n: float, population: float) -> Interval | None:
    """Of promoters less detractors, in points: from the variance of 1, 0 and -1."""
    if not n or n == population:
        return None
    worth = n * (population - 1) / (population - n) if population and n / population > 0.05 else n
    mean = (up - down) / n
    half = Z * sqrt(max((up + down) / n - mean**2, 0.0) / worth)
    return max(100 * (mean - half), -100.0), min(100 * (mean + half), 100.0)


def garwood(k: int) -> Interval:
    """Of a number of rare events."""
    if k in TABLE:
        return TABLE[k]
    return k * (1 - 1 / (9 * k) - Z / (3 * k**0.5)) ** 3, (k + 1) * (
        1 - 1 / (9 * (k + 1)) + Z / (3 * (k + 1) ** 0.5)
    ) ** 3
