"""The fingerprint of a month's figures: the same on every shape of one report."""

import json
from hashlib import sha256
from typing import Any

from kpi.selectors.months import MonthView
from kpi.selectors.standing import Standing


def content_sha256(view: MonthView) -> str:
    """SHA-256, in hex, of the figures and counts of a month as canonical JSON: keys sorted, no blanks, UTF-8."""
    content = {
        "site": view.site.code,
        "month": str(view.month),
        "figures": [_figure(line.standing) for line in sorted(view.indicators, key=_code)],
        "counts": {code: number for code, number in view.total.items() if number},
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def _code(line: Any) -> str:
    return str(line.standing.indicator.code)


def _figure(one: Standing) -> dict[str, Any]:
    return {
        "code": one.indicator.code,
        "value": one.value,
        "sample": one.sample,
        "numerator": one.numerator,
        "denominator": one.denominator,
        "target": one.target,
        "tone": one.tone,
    }
