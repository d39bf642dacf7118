"""When each event reaches the retailer: soon, out of order, twice, or days late when a phone was offline."""

from dataclasses import dataclass, fields

import numpy as np

from simulator.arrays import DAY, MINUTE, SECOND, Ints


@dataclass(frozen=True)
class Arrivals:
    """One row per sending. `at` in ms since 1970 UTC; `skew` in ms is what the sender's clock is ahead."""

    at: Ints
    source: Ints
    skew: Ints
    text: list[str]

    def __len__(self) -> int:
        return len(self.text)

    def take(self, rows: Ints) -> "Arrivals":
        texts = self.text
        return Arrivals(self.at[rows], self.source[rows], self.skew[rows], [texts[row] for row in rows.tolist()])


@dataclass(frozen=True)
class Travel:
    """What happens to each event of a day on its way: extra delay in ms, and whether it is sent twice."""

    delay: Ints
    copy: Ints
    held_up: Ints


def draw_travel(count: int, duplicate: float, disorder: float, g: np.random.Generator) -> Travel:
    """A second or so for all; minutes for the held up; `copy` is the wait in ms of a second sending, or 0."""
    held = g.random(count) < disorder
    delay = g.exponential(800, count) + np.where(held, g.uniform(30 * SECOND, 20 * MINUTE, count), 0)
    twice = g.random(count) < duplicate
    copy = np.where(twice, g.uniform(SECOND, 30 * MINUTE, count), 0)
    return Travel(delay.astype(np.int64), copy.astype(np.int64), held.astype(np.int64))


class Pool:
    """Events under way; gives out each day's arrivals in the order of their arrival."""

    def __init__(self) -> None:
        self._days: dict[int, list[Arrivals]] = {}

    def put(self, arrivals: Arrivals) -> None:
        """Sort into the days of arrival."""
        days = arrivals.at // DAY
        for day in np.unique(days).tolist():
            self._days.setdefault(day, []).append(arrivals.take(np.flatnonzero(days == day)))

    def take(self, day: int) -> Arrivals:
        """All that arrives on a day (counted from 1970), and nothing twice."""
        return joined(self._days.pop(day, []))

    def rest(self) -> Arrivals:
        """All that is still under way, as when the last phones come back on line."""
        parts = [part for day in sorted(self._days) for part in self._days[day]]
        self._days.clear()
        return joined(parts)


def joined(parts: list[Arrivals]) -> Arrivals:
    """Several parts as one, in the order of arrival (equal times keep the parts' order)."""
    if not parts:
        none = np.zeros(0, np.int64)
        return Arrivals(none, none, none, [])
    names = [field.name for field in fields(Arrivals) if field.name != "text"]
    at, source, skew = (np.concatenate([getattr(part, name) for part in parts]) for name in names)
    whole = Arrivals(at, source, skew, [text for part in parts for text in part.text])
    return whole.take(np.argsort(at, kind="stable"))
