"""How many to ask, and which ones: pure functions (domain 2.12; Cochran with finite population correction).

A draw is decided by hashes of the seed, so anybody with the seed and the register can draw the same households again,
in any language and whatever the order of the rows.
"""

from collections.abc import Hashable, Mapping, Sequence
from decimal import Decimal
from hashlib import sha256
from math import ceil
from typing import TypeVar

K = TypeVar("K", bound=Hashable)

#: Two-sided quantiles of the normal distribution by confidence.
QUANTILES = {Decimal("0.90"): 1.645, Decimal("0.95"): 1.96, Decimal("0.99"): 2.576}
#: The share that needs the largest sample.
WORST_SHARE = 0.5


def sample_size(population: int, margin: Decimal | float, confidence: Decimal = Decimal("0.95")) -> int:
    """How many answers estimate a share to ± `margin`, out of `population`; at most all of them.

    Raises ValueError for a margin outside (0, 1), a negative population or a confidence not in QUANTILES.
    """
    if population < 0 or not 0 < margin < 1 or confidence not in QUANTILES:
        raise ValueError("no sample size for this population, margin or confidence")
    if not population:
        return 0
    endless = QUANTILES[confidence] ** 2 * WORST_SHARE * (1 - WORST_SHARE) / float(margin) ** 2
    return min(ceil(endless / (1 + (endless - 1) / population)), population)


def invitations_needed(answers: int, expected_response: Decimal | float) -> int:
    """How many to invite for so many `answers`. Raises ValueError unless 0 < expected_response ≤ 1."""
    if not 0 < expected_response <= 1:
        raise ValueError("the expected response is a share above 0")
    # As a fraction, so that 90 ÷ 0.3 is 300 and not one more.
    return ceil(answers / Decimal(str(expected_response)))


def allocate(sizes: Mapping[K, int], total: int) -> dict[K, int]:
    """`total` shared out in proportion to `sizes`, to whole numbers by the largest remainder.

    Of equal remainders the larger part gets one more, then the one that sorts first as text. Nothing gets more
    than its size; `total` above the sum of the sizes is the sum. Raises ValueError for negative numbers.
    """
    everything = sum(sizes.values())
    if total < 0 or any(size < 0 for size in sizes.values()):
        raise ValueError("sizes and total are no negative numbers")
    total = min(total, everything)
    if not total:
        return dict.fromkeys(sizes, 0)
    shares = {key: divmod(size * total, everything) for key, size in sizes.items()}
    given = {key: whole for key, (whole, _) in shares.items()}
    by_remainder = sorted(sizes, key=lambda key: (-shares[key][1], -sizes[key], str(key)))
    for key in by_remainder[: total - sum(given.values())]:
        given[key] += 1
    return given


def lot(seed: int, member: int) -> str:
    """The lot a member draws: SHA-256 of "seed:member" in hexadecimal."""
    return sha256(f"{seed}:{member}".encode()).hexdigest()


def draw(members: Sequence[int], count: int, seed: int) -> list[int]:
    """The `count` members with the smallest lots, in the order of their lots."""
    return sorted(members, key=lambda member: lot(seed, member))[: max(count, 0)]
