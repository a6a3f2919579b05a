"""Intervals of figures; surveys reckon by the same ones (`core.intervals`)."""

from core.intervals import GARWOOD, Interval, Z, effective, net_score, poisson, sampled_share, wilson

__all__ = ["GARWOOD", "Interval", "Z", "effective", "net_score", "poisson", "sampled_share", "wilson"]
