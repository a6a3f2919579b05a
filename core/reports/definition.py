"""What a report is: titled sheets of typed columns, charts over them, headline figures, definitions.

These classes hold no format and ask no database: an app's ``reports.py`` fills them from selectors,
and the writers of this package turn them into XLSX, CSV, HTML and PDF.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

from django.utils.functional import Promise

#: A string, or one of gettext_lazy, read in the report's language when it is written.
Text: TypeAlias = str | Promise

Kind: TypeAlias = Literal[
    "text", "integer", "number", "percent", "minutes", "datetime", "date", "link", "badge"
]
ChartKind: TypeAlias = Literal["line", "bar", "stacked"]

#: Kinds whose cells hold a number, aligned right and never quoted.
NUMERIC_KINDS: frozenset[str] = frozenset({"integer", "number", "percent", "minutes"})
#: Colours by meaning; the words are those of the style sheet.
TONES: frozenset[str] = frozenset({"danger", "warn", "ok", "info", "idle"})


class Link(NamedTuple):
    """The value of a ``link`` cell. ``url``: absolute, rooted ("/cases/7/") or "#<sheet key>"."""

    text: Text
    url: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet.

    ``key`` names the mapping key or the attribute of a row (dots walk, methods without arguments
    are called); ``value(row)`` replaces it. By ``kind``:

    - ``percent``: a fraction, 0.992 is 99.2 %; ``minutes``: minutes as a number, or a timedelta;
    - ``datetime``: aware, shown in the report's zone; naive ones raise ValueError;
    - ``link``: a :class:`Link` or an address; ``badge``: a short word with a tone.

    None, NaN and infinity mean "no data" and are shown as a dash, never as zero.
    ``tone(row)`` gives one of TONES or None. ``href(row)`` turns the cell into a link.
    ``width`` is in half-width characters (one Chinese character counts two). ``digits`` are
    decimals shown; cells keep the full value. ``help`` goes to the definitions.
    """

    key: str
    label: Text
    kind: Kind = "text"
    width: int | None = None
    tone: Callable[[Any], str | None] | None = None
    help: Text = ""
    digits: int | None = None
    value: Callable[[Any], object] | None = None
    href: Callable[[Any], str] | None = None

    @property
    def numeric(self) -> bool:
        """Whether the cells hold numbers."""
        return self.kind in NUMERIC_KINDS


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of some columns of its sheet: one point or group of bars per row.

    ``category`` and ``series`` are column keys. ``target`` is a value in the unit of the series, or
    a (low, high) band. ``tones`` names a tone per series where colour carries a meaning.
    """

    kind: ChartKind
    title: Text
    category: str
    series: Sequence[str]
    target: float | tuple[float, float] | None = None
    tones: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table. ``rows`` are read once per output: give a callable when they come from a generator
    and more than one output is wanted.

    ``totals`` is one more row under the table. Screen and paper show the first ``page_rows`` rows
    and say so; files hold all of them. ``empty`` is said instead of an empty table. A sheet that is
    ``upright`` keeps to upright paper however wide its columns would like to be.
    """

    key: str
    title: Text
    columns: Sequence[Column]
    rows: Iterable[Any] | Callable[[], Iterable[Any]]
    note: Text = ""
    totals: Mapping[str, object] | object | None = None
    charts: Sequence[Chart] = ()
    page_rows: int = 500
    empty: Text = ""
    upright: bool = False

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows() if callable(self.rows) else self.rows)

    def known_length(self) -> int | None:
        """Number of rows when it can be told without reading them (sequences)."""
        return len(self.rows) if isinstance(self.rows, Sequence) else None

    def column(self, key: str) -> Column:
        """The column of that key. Raises KeyError."""
        for column in self.columns:
            if column.key == key:
                return column
        raise KeyError(f"sheet {self.key!r} has no column {key!r}")


@dataclass(frozen=True, slots=True)
class Figure:
    """A headline value. ``kind`` says how a number is written; a string is shown as it is.

    ``href`` opens the rows behind it: "#<sheet key>" inside the report, or an address.
    """

    label: Text
    value: object
    unit: Text = ""
    note: Text = ""
    tone: str = ""
    href: str = ""
    kind: Kind = "number"
    digits: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence; ``href`` opens the rows it speaks of."""

    text: Text
    href: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """Sentences under a heading, before the tables."""

    title: Text
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything one report shows. ``language`` is a Django language code and ``time_zone`` the
    site's: a report is made in the site's language and clock, not the reader's.

    ``made_at`` is aware. ``base_url`` ("https://host", no slash at the end) makes rooted links of
    files absolute; without it they are left out of files.

    ``fingerprint`` is a checksum of what the report says; it stands on its head and, on paper, at the foot of every
    page. With ``signatures`` (who signs) paper gets a cover with a line for each.
    """

    key: str
    title: Text
    made_at: datetime
    sheets: Sequence[Sheet]
    subtitle: Text = ""
    company: Text = ""
    site: Text = ""
    period: Text = ""
    language: str = "en"
    time_zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    passages: Sequence[Passage] = ()
    figures: Sequence[Figure] = ()
    signatures: Sequence[Text] = ()
    fingerprint: str = ""
    definitions: Sequence[tuple[Text, Text]] = ()
    footer: Text = ""
    base_url: str = ""

    def __post_init__(self) -> None:
        if self.made_at.utcoffset() is None:
            raise ValueError("Report.made_at must be aware")
        keys = [sheet.key for sheet in self.sheets]
        if len(set(keys)) != len(keys):
            raise ValueError(f"sheets of report {self.key!r} share a key: {keys}")

    @property
    def made_at_local(self) -> datetime:
        """When it was made, on the site's wall."""
        return self.made_at.astimezone(self.time_zone)

    @property
    def zone_label(self) -> str:
        """The zone with its offset on the day of making: "Asia/Shanghai (UTC+08:00)"."""
        offset = self.made_at_local.strftime("%z")
        name = str(self.time_zone)
        return "UTC" if name == str(UTC) else f"{name} (UTC{offset[:3]}:{offset[3:5]})"
