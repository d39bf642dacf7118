"""The causal model: a touch that was seen raises one person's hazard to buy in one department, and fades.

Orders come from independent Poisson processes, one for the baseline and one for each touch. Their sum has the
summed hazard, and an order's cause is thereby drawn from the shares of the hazard at its moment; the baseline
orders are exactly those that would have happened without any touch."""

from dataclasses import dataclass, fields

import numpy as np

from simulator.arrays import DAY, Floats, Ints

_FORGET = 6.0


@dataclass(frozen=True)
class Effects:
    """Touches at work. `weight` = orders a day right after `start` (ms since 1970 UTC); `decay` in ms."""

    person: Ints
    campaign: Ints
    department: Ints
    touch: Ints
    start: Ints
    weight: Floats
    decay: Floats

    def __len__(self) -> int:
        return len(self.person)

    def take(self, rows: Ints) -> "Effects":
        return Effects(*(getattr(self, field.name)[rows] for field in fields(self)))

    def joined(self, other: "Effects") -> "Effects":
        pairs = ((getattr(self, field.name), getattr(other, field.name)) for field in fields(self))
        return Effects(*(np.concatenate(pair) for pair in pairs))

    def still_at_work(self, now: int) -> "Effects":
        """Without those older than six time constants (0.25 % of their force is left)."""
        return self.take(np.flatnonzero(now - self.start < _FORGET * self.decay))


def no_effects() -> Effects:
    """The state before the first touch."""
    none = np.zeros(0, np.int64)
    return Effects(none, none, none, none, none, np.zeros(0), np.zeros(0))


def expected_orders(effects: Effects, begin: int, end: int) -> Floats:
    """Per touch, the mean number of orders it causes in [begin, end): the integral of its hazard."""
    early, late = _remaining(effects, begin, end)
    mean: Floats = effects.weight * effects.decay / DAY * (early - late)
    return mean


def caused_orders(effects: Effects, begin: int, end: int, g: np.random.Generator) -> tuple[Ints, Ints]:
    """The orders that touches cause in [begin, end): rows of `effects`, and exact times in ms."""
    rows = np.repeat(np.arange(len(effects)), g.poisson(expected_orders(effects, begin, end)))
    early, late = _remaining(effects, begin, end)
    left = early[rows] - g.random(len(rows)) * (early - late)[rows]
    at = effects.start[rows] - effects.decay[rows] * np.log(left)
    return rows, np.clip(at.astype(np.int64), effects.start[rows], end - 1)


def _remaining(effects: Effects, begin: int, end: int) -> tuple[Floats, Floats]:
    """Share of each touch's force left at the begin and at the end of the span."""
    a = np.maximum(begin - effects.start, 0) / effects.decay
    b = np.maximum(end - effects.start, 0) / effects.decay
    return np.exp(-a), np.exp(-b)
