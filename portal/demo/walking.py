"""How a round is walked: when each point is visited, or why it is not. The same round is always walked the same way."""

import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from core.clock import local
from patrols.models import Round
from portal.demo.chance import dice
from portal.demo.oddities import raining
from portal.demo.places import metres_between
from portal.demo.specs import RoundsSpec
from portal.demo.world import Place, Stop, Walker

#: A brisk walk, metres per second, and the time a scan takes, seconds.
BRISK = 1.25
SCANNING = 18
#: Share of the window a usual walk takes.
USUAL = 0.78
#: Of ordinary rounds, how many are missed, left incomplete, or finished late.
MISSED, PARTIAL, LATE = 0.008, 0.011, 0.012


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody at a point at a time (true time, UTC). `turn`: 1 when they scan it once more by mistake."""

    round: Round
    walker: Walker
    stop: Stop
    at: datetime
    turn: int = 0


def walk(place: Place, round_: Round) -> list[Visit]:
    """The visits of a round in order of time; none when it is missed."""
    walker, plan = place.walker_of(round_), place.plans[round_.plan_id]
    stops = [place.stops[key] for key in round_.points if key in place.stops]
    if walker is None or not stops:
        return []
    chance = dice("round", place.spec.code, plan.name, round_.due_start.isoformat())
    fate = _fate(place, plan, round_, walker, chance)
    if fate == "missed":
        return []
    legs = _legs(plan, stops, walker, chance)
    start = round_.due_start + timedelta(seconds=chance.uniform(30, 210))
    total = timedelta(seconds=sum(legs))
    if fate == "late":
        start = round_.due_end + (round_.closes_at - round_.due_end) * chance.uniform(0.2, 0.7) - total
    elif walker.spec.pace < 1.2 and start + total > round_.due_end:
        legs = [leg * ((round_.due_end - start - timedelta(seconds=30)) / total) for leg in legs]
    if walker.spec.rushes and len(stops) > 4 and chance.random() < 0.05:
        legs[-3:] = [chance.uniform(8, 14) for _leg in range(3)]
    kept = len(stops)
    if fate == "partial":
        kept -= chance.randint(1, max(1, len(stops) // 3))
    return _visits(round_, walker, stops[:kept], start, legs, chance)


def _visits(
    round_: Round, walker: Walker, stops: list[Stop], start: datetime, legs: list[float], chance: Random
) -> list[Visit]:
    visits, at = [], start
    for stop, leg in zip(stops, legs, strict=False):
        at += timedelta(seconds=leg)
        visits.append(Visit(round_, walker, stop, at))
        if chance.random() < 0.0012:
            visits.append(Visit(round_, walker, stop, at + timedelta(seconds=chance.uniform(12, 40)), turn=1))
    return visits


def _legs(plan: RoundsSpec, stops: list[Stop], walker: Walker, chance: Random) -> list[float]:
    """Seconds before each point: what the walk takes in all, shared out, but never faster than a brisk walk."""
    seconds = 60 * (plan.walk or plan.window * USUAL) * walker.spec.pace * chance.uniform(0.9, 1.06)
    shares = [chance.uniform(0.7, 1.3) for _stop in stops]
    shares[0] *= 0.35
    whole = sum(shares)
    shortest = [SCANNING, *(_shortest(one, other) for one, other in itertools.pairwise(stops))]
    return [max(least, seconds * part / whole) for least, part in zip(shortest, shares, strict=True)]


def _shortest(one: Stop, other: Stop) -> float:
    stairs = 45 if one.spec.floor != other.spec.floor else 0
    return metres_between(one.spec.at, other.spec.at) / BRISK + SCANNING + stairs


def _fate(place: Place, plan: RoundsSpec, round_: Round, walker: Walker, chance: Random) -> str:
    slack, wall = walker.spec.slack, local(round_.due_start, place.spec.time_zone)
    missed, partial, late = MISSED * slack, PARTIAL * slack, LATE * slack
    outdoors = all(place.spec.point(code).outdoors for code in plan.points)
    if outdoors and wall.hour >= 18 and raining(place, wall.date()):
        missed, late = missed + 0.05, late + 0.22
    if 3 <= wall.hour < 5:
        missed += 0.012 * slack
    if place.spec.profile["site_type"] == "mall" and wall.weekday() >= 5 and 14 <= wall.hour < 21:
        partial, late = partial + 0.02, late + 0.04
    number = chance.random()
    if number < missed:
        return "missed"
    if number < missed + partial:
        return "partial"
    return "late" if number < missed + partial + late else "completed"
