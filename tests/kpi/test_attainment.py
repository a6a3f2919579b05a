"""The arithmetic of the department scorecard, against values reckoned by hand (K52, domain 3.2 and 3.3)."""

from typing import Any

import pytest

from kpi.attainment import DEFAULT_WEIGHTS, attainment, parts_of, score
from kpi.indicators import Dimension, indicators


@pytest.mark.requirement("R102")
@pytest.mark.parametrize(
    ("value", "target", "direction", "expected"),
    [
        (0.95, 0.95, "up", 100),
        (0.76, 0.95, "up", 80),
        (0.0, 0.95, "up", 0),
        (1.0, 0.5, "up", 120),  # 200, but at most 120
        (0.6, 0.5, "up", 120),
        (0.59, 0.5, "up", 118),
        (10, 10, "down", 100),
        (20, 10, "down", 50),
        (8, 10, "down", 120),  # 125, but at most 120
        (9, 10, "down", 111.111111),
        (0, 10, "down", 120),
        (0, 0, "down", 100),
        (3, 0, "down", 0),
        (0, 0, "up", 100),
        (3, 0, "up", 0),
        (-20, 40, "up", 0),
        (None, 0.95, "up", None),
        (0.95, None, "up", None),
        (None, 0, "down", None),
    ],
)
def test_attainment(value: Any, target: Any, direction: Any, expected: float | None) -> None:
    found = attainment(value, target, direction)
    assert found is None if expected is None else found == pytest.approx(expected)


@pytest.mark.requirement("R102")
@pytest.mark.parametrize(
    ("weights", "attainments", "expected", "counted"),
    [
        ([50, 50], [100, 80], 90, [50, 50]),
        ([60, 40], [120, 0], 72, [60, 40]),
        ([50, 30, 20], [100, None, 50], 85.714286, [71.428571, 0, 28.571429]),  # (50*100 + 20*50) / 70
        ([35, 25, 25, 10, 5], [None, 90, 120, None, 100], 104.545455, [0, 45.454545, 45.454545, 0, 9.090909]),
        ([100], [None], None, [0]),
        ([], [], None, []),
    ],
)
def test_what_has_no_data_is_dropped_and_the_rest_weighs_more(
    weights: Any, attainments: Any, expected: float | None, counted: list[float]
) -> None:
    parts = parts_of(weights, attainments)
    found = score(parts)
    assert found is None if expected is None else found == pytest.approx(expected)
    assert [part.counted_weight for part in parts] == pytest.approx(counted)


#: Domain 3.3, by dimension, with the sum that stands there.
SHIPPED = {
    Dimension.SAFETY: (("K21", "K11", "K14", "K29"), 35),
    Dimension.EFFICIENCY: (("K02", "K04", "K09"), 25),
    Dimension.QUALITY: (("K38", "K44", "K33"), 25),
    Dimension.MAINTENANCE: (("K13", "K17"), 10),
    Dimension.MANAGEMENT: (("K34",), 5),
}


@pytest.mark.requirement("R102")
def test_the_shipped_weights_are_those_of_the_design() -> None:
    assert sum(DEFAULT_WEIGHTS.values()) == 100
    assert set(DEFAULT_WEIGHTS) == {code for codes, _sum in SHIPPED.values() for code in codes}
    for dimension, (codes, whole) in SHIPPED.items():
        assert sum(DEFAULT_WEIGHTS[code] for code in codes) == whole
        assert {indicators()[code].dimension for code in codes if code in indicators()} <= {dimension}
