"""The fingerprint of a month's figures: the same on every shape of one report."""

import json
from hashlib import sha256
from typing import Any

from kpi.selectors.month_measures import MonthMeasures
from kpi.selectors.months import MonthView
from kpi.selectors.standing import Standing


def content_sha256(view: MonthView, measures: MonthMeasures) -> str:
    """The fingerprint of the figures, counts and improvement measures of a month of a site; names of people are no part of it."""
    lines = sorted(view.indicators, key=lambda line: line.standing.indicator.code)
    return sha256_of(
        {
            "site": view.site.code,
            "month": str(view.month),
            "figures": [told(line.standing) for line in lines],
            "counts": {code: number for code, number in view.total.items() if number},
            "measures": [line.as_json for line in measures.lines],
        }
    )


def sha256_of(content: Any) -> str:
    """SHA-256, in hex, of canonical JSON: keys sorted, no blanks, UTF-8."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def told(one: Standing) -> dict[str, Any]:
    """What a fingerprint is taken of."""
    return {
        "code": one.indicator.code,
        "value": one.value,
        "sample": one.sample,
        "numerator": one.numerator,
        "denominator": one.denominator,
        "target": one.target,
        "tone": one.tone,
    }
