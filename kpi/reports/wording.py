"""Words several parts of a report use."""

from collections.abc import Iterable
from datetime import datetime
from itertools import islice

from django.utils.translation import gettext, ngettext, pgettext

from core import wording
from core.clock import local
from organization.models import Site


def listed(names: Iterable[object]) -> str:
    """Names one after the other, as the active language strings them together."""
    return pgettext("between items of a list", ", ").join(str(name) for name in names)


def named(names: Iterable[object], most: int) -> str:
    """The same of the first `most`; the rest is counted."""
    rest = iter(names)
    first = listed(islice(rest, most))
    left = sum(1 for _name in rest)
    if not left:
        return first
    text = ngettext("%(names)s and %(number)s more", "%(names)s and %(number)s more", left)
    return text % {"names": first, "number": left}


def closed_on(moment: datetime, site: Site) -> str:
    """That a month was closed on a day of the site."""
    day = wording.day(local(moment, site.zone_info).date())
    return gettext("Closed on %(day)s; figures as they were then.") % {"day": day}
