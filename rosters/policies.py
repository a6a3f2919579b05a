"""Who may see and change posts and the roster."""

from core.policies import Internal, register
from organization.access import EVERYBODY, PLANNERS
from organization.models import Role
from organization.policies import SitePolicy
from rosters.models import Post, PostDemand, Shift

ROSTERERS = PLANNERS | {Role.SHIFT_LEADER}

register(SitePolicy(Post, add=PLANNERS, change=PLANNERS, delete=PLANNERS))
register(SitePolicy(Shift, view=EVERYBODY, add=ROSTERERS, change=ROSTERERS, delete=ROSTERERS))
register(Internal(PostDemand))
