"""Change history of what people edit, and the append-only record of acts that change no row."""

from core.audit.actions import register as register_action
from core.audit.recording import record
from core.audit.tracking import tracked

__all__ = ["record", "register_action", "tracked"]
