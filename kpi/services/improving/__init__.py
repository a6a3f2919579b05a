"""Writes of improvement measures: proposed, changed, led through plan, do, check and act, reminded of."""
