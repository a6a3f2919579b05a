"""Are the closed months still what was written down?"""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.models import AuditEntry
from kpi.models import ClosedMonth
from kpi.selectors.freezing import canonical, digest
from kpi.services.closing import CLOSED


class Command(BaseCommand):
    """`verify_closed` hashes every closed month again and compares with its own hash and the one in the append-only record of acts."""

    help = "Hash the content of every closed month again and compare with what was recorded."

    def handle(self, *args: Any, **options: Any) -> None:
        """One line for each month that differs, or the number of those that are as they were."""
        recorded = dict(AuditEntry.objects.filter(action=CLOSED).values_list("target_id", "details__sha256"))
        wrong, number = [], 0
        for row in (
            ClosedMonth.objects.select_related("site").order_by("site_id", "month").iterator(chunk_size=20)
        ):
            number += 1
            is_whole = digest(row.content) == row.sha256 == recorded.get(str(row.pk))
            if not is_whole or canonical(json.loads(row.content)) != row.content:
                wrong.append(f"{row.site.code} {row.month:%Y-%m}")
        if wrong:
            raise CommandError("not what was written down: " + ", ".join(wrong))
        if options["verbosity"]:
            self.stdout.write(f"{number} closed months are what was written down")
