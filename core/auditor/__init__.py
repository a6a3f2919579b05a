"""The auditor: every five minutes compares what should exist with what does, and shows that it still looks."""

from core.auditor.expectations import Finding, expectation
from core.auditor.heart import Pulse, beat, pulse

__all__ = ["Finding", "Pulse", "beat", "expectation", "pulse"]
