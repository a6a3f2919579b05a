"""After a tick has judged rounds: open pages follow, other programs hear of it, leaders of what failed. Done by the outbox."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any

from core import live, webhooks
from core.notifications import Notice, notify_many
from organization.access import SITE_LEADERS, people_holding_at
from organization.models import Person
from patrols.models import Round, RoundStatus
from patrols.notices import OF_STATUS, SEVERAL

#: Rounds of one site that open pages are told by their ids.
NAMED = 20


def tell_of_judged(*, sites: dict[str, list[int]], news: Collection[int]) -> None:
    """Let pages fetch anew and other programs hear of the judged rounds of `sites` (by id); tell leaders of `news`.

    One notice per site, however many rounds failed. A round that has come right since it was judged, because
    scans arrived late, is no news any more. A fixed number of queries, however many sites there are.
    """
    live.publish_many(
        (f"site:{site}", "rounds", {"rounds": rounds[:NAMED]}) for site, rounds in sites.items()
    )
    webhooks.announce_many("round.judged", {int(site): rounds for site, rounds in sites.items()})
    failed = Round.objects.filter(pk__in=news, status__in=OF_STATUS).select_related("plan", "site")
    by_site: defaultdict[int, list[Round]] = defaultdict(list)
    for row in failed.order_by("due_start", "pk"):
        by_site[row.site_id].append(row)
    leaders = people_holding_at(SITE_LEADERS, [rows[0].site for rows in by_site.values()])
    notify_many(_notices(by_site, leaders))


def _notices(by_site: dict[int, list[Round]], leaders: dict[int, list[Person]]) -> Iterator[Notice]:
    for site_id, rounds in by_site.items():
        first, alone = rounds[0], len(rounds) == 1
        context: dict[str, Any] = {
            "site": first.site.name, "plan": first.plan.name, "due": first.due_start, "count": len(rounds),
        }  # fmt: skip
        if alone:
            context |= {"visited": len(first.visited), "points": len(first.points)}
        yield Notice(
            OF_STATUS[RoundStatus(first.status)] if alone else SEVERAL,
            leaders[site_id],
            target=first if alone else None,
            site=first.site,
            context=context,
        )
