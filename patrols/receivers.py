"""Offline operations."""
