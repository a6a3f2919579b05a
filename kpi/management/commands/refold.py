"""Count the daily figures of a range of days again."""

from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.clock import local_today
from kpi.services.folding import refold
from organization.models import Site


class Command(BaseCommand):
    """`refold --site main --first 2026-10-01 --last 2026-10-31`; without --site every active site."""

    help = "Count the daily figures of a range of days again from the records."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which sites and days."""
        parser.add_argument("--company", help="code of a company; all companies when omitted")
        parser.add_argument("--site", help="code of a site; all active sites when omitted")
        parser.add_argument(
            "--first", type=date.fromisoformat, help="first day, ISO; 92 days ago when omitted"
        )
        parser.add_argument("--last", type=date.fromisoformat, help="last day, ISO; today when omitted")

    def handle(self, *args: Any, **options: Any) -> None:
        """Fold, one line a site."""
        sites = Site.objects.select_related("company").order_by("pk")
        if options["company"]:
            sites = sites.filter(company__code=options["company"])
        sites = sites.filter(code=options["site"]) if options["site"] else sites.filter(is_active=True)
        if not sites:
            raise CommandError("no such site")
        for site in sites:
            last = options["last"] or local_today(site.zone_info)
            first = options["first"] or last - timedelta(days=92)
            if first > last:
                raise CommandError("--first lies after --last")
            count = sum(1 for _day in refold(site, first, last))
            if options["verbosity"]:
                self.stdout.write(f"{site.company.code}/{site.code}: {count} days, {first} to {last}")
