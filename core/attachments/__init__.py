"""Photos: resumable uploads by hash, clean copies only, private download through the owner's policy."""

from core.attachments.attaching import attach, attachments_for, attachments_of
from core.attachments.images import Picture, PictureRefused, reencode
from core.attachments.preparing import Prepared, prepare
from core.attachments.storing import StoreUnavailable

__all__ = [
    "Picture",
    "PictureRefused",
    "Prepared",
    "StoreUnavailable",
    "attach",
    "attachments_for",
    "attachments_of",
    "prepare",
    "reencode",
]
