"""The catalogue of indicators as Markdown: shown, written into docs/indicators.md, or compared with it."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from kpi.reports.catalogue import table, with_table

#: Where the table stands.
DOCUMENT = Path(settings.BASE_DIR) / "docs" / "indicators.md"


class Command(BaseCommand):
    """`indicators` shows the table, `--write` puts it into docs/indicators.md, `--check` fails when that is out of date."""

    help = "Show the catalogue of indicators, or keep docs/indicators.md in step with it."

    def add_arguments(self, parser: CommandParser) -> None:
        """What to do with it."""
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument("--write", action="store_true", help="write it into docs/indicators.md")
        choice.add_argument(
            "--check", action="store_true", help="fail when docs/indicators.md is out of date"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Show, write or compare."""
        if not options["write"] and not options["check"]:
            self.stdout.write(table())
            return
        now = DOCUMENT.read_text("utf-8")
        wanted = with_table(now)
        if options["write"]:
            DOCUMENT.write_text(wanted, "utf-8")
        elif now != wanted:
            raise CommandError("docs/indicators.md is out of date: run manage.py indicators --write")
