"""Points, routes, plans, rounds and scans in the API: the same services and policies as the pages."""

from patrols.api.places import CheckpointViewSet, RouteViewSet
from patrols.api.planning import PlanViewSet
from patrols.api.rounds import RoundViewSet
from patrols.api.scans import ScanViewSet, scans

__all__ = ["CheckpointViewSet", "PlanViewSet", "RoundViewSet", "RouteViewSet", "ScanViewSet", "scans"]
