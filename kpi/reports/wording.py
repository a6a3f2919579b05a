"""Words several parts of a report use."""

from collections.abc import Iterable
from itertools import islice

from django.utils.translation import ngettext, pgettext


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
