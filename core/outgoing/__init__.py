"""Posting to addresses that people of a company typed in: guarded, timed, never redirected, never far into memory."""

from core.outgoing.addresses import Target, target_of
from core.outgoing.posting import Answer, post
from core.outgoing.reasons import Unsent, in_words

__all__ = ["Answer", "Target", "Unsent", "in_words", "post", "target_of"]
