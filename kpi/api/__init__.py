"""Figures and improvement measures in the API."""
