"""Everything surveys write."""
