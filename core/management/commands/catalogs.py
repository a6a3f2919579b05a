"""Translation catalogs: extract, check, compile."""

from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.catalogs import files


class Command(BaseCommand):
    """`catalogs` merges the source's texts in; `--check` fails when one is missing; `--compile` writes .mo files."""

    help = "Merge, check or compile the translation catalogs."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """One mode at a time."""
        mode = parser.add_mutually_exclusive_group()
        mode.add_argument("--check", action="store_true", help="fail when a text has no translation")
        mode.add_argument("--compile", action="store_true", help="write .mo files of changed catalogs")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the mode asked for."""
        root = Path(settings.BASE_DIR)
        if options["compile"]:
            self.stdout.write(f"{files.compile_all(root)} catalogs compiled")
            return
        # Babel is a development package; compiling must work without it.
        extraction = import_module("core.catalogs.extraction")
        for domain in files.DOMAINS:
            messages = extraction.collect(root, domain)
            for locale in files.LOCALES:
                path = files.path_of(root, locale, domain)
                if options["check"]:
                    self.check_catalog(path, messages)
                else:
                    catalog = files.load(path)
                    missing = files.merge(catalog, messages)
                    path.parent.mkdir(parents=True, exist_ok=True)
                    catalog.save(str(path))
                    self.stdout.write(f"{locale}/{domain}: {len(messages)} texts, {missing} untranslated")

    def check_catalog(self, path: Path, messages: Any) -> None:
        """Raise CommandError naming what is wrong."""
        found = list(files.faults(path, messages))
        for fault in found[:40]:
            self.stderr.write(f"{path.relative_to(settings.BASE_DIR)}: {fault.text[:80]!r} {fault.problem}")
        if found:
            raise CommandError(f"{len(found)} faults in {path.relative_to(settings.BASE_DIR)}")
