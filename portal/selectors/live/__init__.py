"""The live page of one site: today's rounds against the clock, people on post, open cases, the plan, what just happened."""

from portal.selectors.live.feed import feed
from portal.selectors.live.figures import figures
from portal.selectors.live.lanes import lanes
from portal.selectors.live.plan import plan
from portal.selectors.live.present import Present

__all__ = ["Present", "feed", "figures", "lanes", "plan"]
