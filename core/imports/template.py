"""The file to fill in: headings in the reader's language, an example row, and what each column means."""

import csv
import io
from typing import IO

from django.utils.translation import gettext as _
from xlsxwriter.workbook import Workbook

from core.imports.declaring import Importer
from core.imports.reading import example_of

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMS = ("xlsx", "csv")
WIDTH, HELP_WIDTH = 18, 90


def write_xlsx_template(importer: Importer, file: IO[bytes]) -> None:
    """A workbook whose first sheet is filled in and whose second explains it. Every cell is text: 010 stays 010."""
    workbook = Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold = workbook.add_format({"bold": True, "bg_color": "#E8EEF5", "bottom": 1})
    required = workbook.add_format({"bold": True, "bg_color": "#F9E6C8", "bottom": 1})
    plain, wrapped = (
        workbook.add_format({"num_format": "@"}),
        workbook.add_format({"text_wrap": True, "valign": "top"}),
    )
    sheet, help_sheet = workbook.add_worksheet(_("Rows")), workbook.add_worksheet(_("Help"))
    example = example_of(importer)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(importer.columns) - 1, WIDTH, plain)
    help_sheet.set_column(0, 1, WIDTH)
    help_sheet.set_column(2, 2, HELP_WIDTH)
    for at, heading in enumerate((_("Column"), _("Must be filled in"), _("Meaning"))):
        help_sheet.write_string(0, at, heading, bold)
    for at, column in enumerate(importer.columns):
        sheet.write_string(0, at, str(column.label), required if column.required else bold)
        sheet.write_string(1, at, example.get(column.name, ""), plain)
        help_sheet.write_string(at + 1, 0, str(column.label), wrapped)
        help_sheet.write_string(at + 1, 1, _("yes") if column.required else _("no"), wrapped)
        help_sheet.write_string(at + 1, 2, str(column.help), wrapped)
    workbook.close()


def csv_template(importer: Importer) -> bytes:
    """The same as CSV, in UTF-8 with the mark that spreadsheets look for."""
    example, out = example_of(importer), io.StringIO()
    writer = csv.writer(out)
    writer.writerow([str(column.label) for column in importer.columns])
    writer.writerow([example.get(column.name, "") for column in importer.columns])
    return out.getvalue().encode("utf-8-sig")
