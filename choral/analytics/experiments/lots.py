"""Which arm somebody gets: always the same, and in one experiment independent of all others. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from choral.core.ids import digest

_WHOLE = 1 << 64


def drawn(salt: str, person: int, weights: Sequence[int]) -> int:
    """The place of the arm a person (number of a customer) draws, in proportion to whole weights."""
    point = int.from_bytes(digest(f"{salt} {person}", 8), "big")
    total, reached = sum(weights), 0
    for place, weight in enumerate(weights):
        reached += weight
        if point * total < reached * _WHOLE:
            return place
    raise ValueError("an experiment needs an arm with a weight above zero")
