"""A report as an Excel workbook: typed cells, native charts, links, and not one formula."""

from .workbook import write_xlsx

__all__ = ["write_xlsx"]
