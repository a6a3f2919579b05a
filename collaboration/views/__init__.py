"""Pages of action items and requests."""
