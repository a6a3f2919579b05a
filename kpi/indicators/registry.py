"""All declared indicators, measures and sources; indicators in order of code, the rest in order of declaration."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from django.core.exceptions import ImproperlyConfigured

from kpi.indicators.definition import Measure, Source
from kpi.indicators.kinds import Indicator

Kind = TypeVar("Kind", bound=Indicator)

_sources: dict[str, Source] = {}
_measures: dict[str, Measure] = {}
_indicators: dict[str, Indicator] = {}


def register_source(source: Source) -> Source:
    """Make a source and its measures known. Raises ImproperlyConfigured when a name is taken."""
    if source.name in _sources:
        raise ImproperlyConfigured(f"source {source.name!r} is registered twice")
    for measure in source.measures:
        if measure.code in _measures:
            raise ImproperlyConfigured(f"measure {measure.code!r} is registered twice")
        _measures[measure.code] = measure
    _sources[source.name] = source
    return source


def register(indicator: Kind) -> Kind:
    """Make an indicator known. Raises ImproperlyConfigured for a taken code or a measure nobody counts."""
    if indicator.code in _indicators:
        raise ImproperlyConfigured(f"indicator {indicator.code!r} is registered twice")
    for measure in (*indicator.measures, *indicator.beside, *indicator.exclusions):
        if _measures.get(measure.code) is not measure:
            raise ImproperlyConfigured(f"indicator {indicator.code!r}: no source counts {measure.code!r}")
    _indicators[indicator.code] = indicator
    return indicator


def sources() -> Sequence[Source]:
    """All sources."""
    return tuple(_sources.values())


def measures() -> Mapping[str, Measure]:
    """All measures by code."""
    return _measures


def indicators() -> Mapping[str, Indicator]:
    """All indicators by code, in order of code; also those that wait for their records."""
    return dict(sorted(_indicators.items()))


def live_indicators() -> Mapping[str, Indicator]:
    """The indicators that are counted, by code, in order of code."""
    return {code: one for code, one in indicators().items() if one.is_live}
