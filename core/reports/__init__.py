"""Reports: columns and rows in; XLSX, CSV, HTML and PDF out.

An app's ``reports.py`` builds a :class:`Report` from its selectors and hands it to a writer::

    write_xlsx(report, file)      write_csv(report.sheets[0], file, time_zone=report.time_zone)
    render_html(report)           write_pdf(report, file)
"""

from .charts import Plot, Series, draw, sparkline
from .csv_file import csv_chunks, write_csv
from .definition import Chart, Column, Figure, Line, Link, Passage, Report, Sheet
from .page import render_html
from .pdf import PdfUnavailable, write_pdf
from .text import clean_text
from .xlsx import write_xlsx

__all__ = [
    "Chart",
    "Column",
    "Figure",
    "Line",
    "Link",
    "Passage",
    "PdfUnavailable",
    "Plot",
    "Report",
    "Series",
    "Sheet",
    "clean_text",
    "csv_chunks",
    "draw",
    "render_html",
    "sparkline",
    "write_csv",
    "write_pdf",
    "write_xlsx",
]
