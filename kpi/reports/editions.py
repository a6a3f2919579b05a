"""What the readers of each edition of a report may read."""

from kpi.indicators import Group, Indicator
from kpi.models import Edition

#: Domains the owners read about; what is kept on staff, on posts and on single points stays with the company.
OWNERS_GROUPS = frozenset({Group.PATROLS, Group.SERVICE, Group.SATISFACTION, Group.SAFETY, Group.INCIDENTS})
#: Of these, what only the company reads: violations by its staff, alarms of devices, duties towards the authorities.
NOT_FOR_OWNERS = frozenset({"K07", "K07I", "K24", "K27", "K28", "K33S", "K33R"})


def shows(edition: Edition, indicator: Indicator) -> bool:
    """May the readers of that edition read this figure?"""
    if edition == Edition.INTERNAL:
        return True
    return indicator.group in OWNERS_GROUPS and indicator.code not in NOT_FOR_OWNERS
