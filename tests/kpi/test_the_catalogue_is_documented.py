"""docs/indicators.md lists every indicator that is declared, with its target, and none that is not."""

import re

from django.utils import translation

from kpi.indicators import indicators
from kpi.selectors.standing import Standing
from tests.project.test_structure import ROOT

ROW = re.compile(r"^\| (K[\w.]+) \| (.+?) \| .+? \| (.*?) \| (\d+ months|month) \|", re.M)


def test_every_indicator_stands_in_the_documentation() -> None:
    found = ROW.findall((ROOT / "docs" / "indicators.md").read_text("utf-8"))
    with translation.override("en"):
        declared = [
            (
                code,
                str(one.name),
                Standing(one, None, None, 0, target=one.target).target_shown.replace("—", ""),
                "month" if one.window == 1 else f"{one.window} months",
            )
            for code, one in indicators().items()
        ]
    assert found == declared


def test_every_target_says_where_it_comes_from() -> None:
    assert not [one.code for one in indicators().values() if one.target is not None and not one.basis]
    assert not [one.code for one in indicators().values() if not one.cadence]
