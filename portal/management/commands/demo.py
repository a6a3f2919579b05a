"""`manage.py demo`: fill an empty database with the demo, or bring the demo that is there up to the present."""

import json
import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from organization.models import Company, Person
from organization.services.people import one_time_password
from portal.demo.facts import facts
from portal.demo.filling import HISTORY, exists, fill

#: Everybody's password where settings.DEMO is set; elsewhere one is made up and told once.
PASSWORD = "orderly-demo"  # noqa: S105 - printed on purpose
KEPT = "as it was printed when the demo was made"


class Command(BaseCommand):
    """Two companies, three sites, ninety days of history, and rounds under way now. A second run keeps the data."""

    requires_system_checks = ()  # `migrate`, which runs before, has made them
    help = "Fill an empty database with the demo, or bring the demo up to the present."

    def add_arguments(self, parser: CommandParser) -> None:
        """--json for machines; --days for a shorter history; the long one for a database that is not the demo's by its settings."""
        parser.add_argument("--json", action="store_true", help="print addresses and sign-ins as JSON")
        parser.add_argument("--days", type=int, default=HISTORY.days, help="how many days of history to make")
        parser.add_argument(
            "--yes-fill-this-database",
            action="store_true",
            help="fill this database although its settings do not say DEMO; it must be empty",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse where the demo does not belong, fill, print."""
        password = self._password(sure=options["yes_fill_this_database"])
        started = time.monotonic()
        with _logs_to_stderr():
            world = fill(
                password,
                lambda words: self.stderr.write(f"  · {words} ({time.monotonic() - started:.0f} s)"),
                timedelta(days=max(options["days"], 1)),
            )
        known = facts(world, password)
        if options["json"]:
            self.stdout.write(json.dumps(known, ensure_ascii=False))
            return
        self.stdout.write(
            "\n".join([known["address"], known["phone"], known["resident"], *known["followed"][:1], ""])
        )
        for row in known["sign_ins"]:
            self.stdout.write(
                "  ".join(
                    (
                        row["sign_in"].ljust(9),
                        row["password"],
                        row["role"].ljust(20),
                        row["name"],
                        row["where"],
                    )
                )
            )

    def _password(self, *, sure: bool) -> str:
        demo = bool(getattr(settings, "DEMO", False))
        if exists():
            if not demo and not sure:
                raise CommandError("These settings are not the demo's. Nothing was changed.")
            return PASSWORD if demo else KEPT
        if Company.objects.exists() or Person.objects.exists():
            raise CommandError("This database has data of its own. The demo only fills an empty one.")
        if not demo and not sure:
            raise CommandError(
                "These settings are not the demo's. Say --yes-fill-this-database to fill it all the same."
            )
        return PASSWORD if demo else one_time_password()


@contextmanager
def _logs_to_stderr() -> Iterator[None]:
    """Standard output belongs to the answer."""
    handlers = [one for one in logging.getLogger().handlers if getattr(one, "stream", None) is sys.stdout]
    streams = [one for one in handlers if isinstance(one, logging.StreamHandler)]
    for one in streams:
        one.setStream(sys.stderr)
    try:
        yield
    finally:
        for one in streams:
            one.setStream(sys.stdout)
