"""Change history and the append-only record of acts."""

from core.audit.tracking import tracked

__all__ = ["tracked"]
