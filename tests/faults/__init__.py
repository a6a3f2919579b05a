"""Faults of the line between phone and server, end to end."""
