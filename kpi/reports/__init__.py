"""Reports of figures."""

from kpi.reports.monthly import monthly_report

__all__ = ["monthly_report"]
