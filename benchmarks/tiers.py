"""How much is measured."""

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tier:
    """Sizes of one run. `scans` lie in the table before anything is measured; `rounds` are interleaved rounds; `reports` and `documents` sites whose
    reports are made in one run."""

    name: str
    scans: int
    recent: int
    sites: int
    rounds: int
    seconds: float
    batches: int
    page_views: int
    cases: int
    workbook_rows: tuple[int, ...]
    reports: int
    documents: int


TINY = Tier(
    "tiny",
    scans=3_000,
    recent=1_000,
    sites=20,
    rounds=2,
    seconds=0.3,
    batches=1,
    page_views=2,
    cases=12_000,
    workbook_rows=(500,),
    reports=4,
    documents=4,
)


def chosen(*, tiny: bool) -> Tier:
    """The tier of this run; BENCH_SCANS sets the size of the table (10000000 for the full one), BENCH_CASES of that of cases (1000000)."""
    if tiny:
        return TINY
    scans = int(os.environ.get("BENCH_SCANS") or 300_000)
    cases = max(int(os.environ.get("BENCH_CASES") or 100_000), 20_000)
    name = "full" if scans >= 10_000_000 else "small"
    return Tier(
        name,
        scans=scans,
        recent=10_000,
        sites=500,
        rounds=5,
        seconds=1.5,
        batches=4,
        page_views=6,
        cases=cases,
        workbook_rows=(15_000, 1_000_000) if name == "full" else (15_000,),
        reports=500,
        documents=20,
    )
