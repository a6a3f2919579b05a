"""Chance that can be asked twice: numbers drawn from the names of things, never from a state."""

import hashlib
from datetime import datetime, timedelta
from functools import cache
from random import Random
from uuid import UUID

SEED = "orderly demo 1"
EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def dice(*names: object) -> Random:
    """A generator that gives the same numbers for the same names."""
    return Random("|".join((SEED, *map(str, names))))  # noqa: S311 - invented data, nothing secret


def share(*names: object) -> float:
    """A number in [0, 1) that belongs to these names."""
    return int.from_bytes(hashlib.sha256("|".join((SEED, *map(str, names))).encode()).digest()[:6]) / (
        1 << 48
    )


def identifier(at: datetime, *names: object) -> UUID:
    """The UUID version 7 of the instant `at` that belongs to these names."""
    value = (at - EPOCH) // timedelta(milliseconds=1) << 80
    rest = int.from_bytes(hashlib.sha256("|".join((SEED, *map(str, names))).encode()).digest()[:10])
    return UUID(int=value | 0x7 << 76 | (rest & 0xFFF) << 64 | 0b10 << 62 | rest >> 12 & (1 << 62) - 1)


@cache
def device_of(person_number: str) -> UUID:
    """The phone of a person."""
    return UUID(bytes=hashlib.sha256(f"{SEED}|phone|{person_number}".encode()).digest()[:16], version=4)
