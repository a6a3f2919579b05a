"""Figures, targets, closed months and improvement measures in the API."""
