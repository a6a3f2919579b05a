"""What phones hand in: one endpoint, a registered handler per kind, one receipt per operation.

How to add a kind: docs/offline.md.
"""

from core.offline.clocks import Corrected, Trust, correct
from core.offline.messages import Incoming, Outcome, Refused
from core.offline.registry import bulk_handler, handler

__all__ = ["Corrected", "Incoming", "Outcome", "Refused", "Trust", "bulk_handler", "correct", "handler"]
