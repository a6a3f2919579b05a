"""The figures of a month as a bundle of CSV files, with every record behind them: whoever doubts a figure reckons it again."""

from kpi.reports.bundle.writing import write_bundle

__all__ = ["write_bundle"]
