"""The stream of the town: day after day its events as text in the order of arrival, and the truth beside it."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from simulator.arrays import DAY, Bools, Ints
from simulator.chance import hex_ids
from simulator.life.day import live_day
from simulator.life.state import Life, begin_life
from simulator.plan import Plan
from simulator.stream.arrivals import Arrivals, Pool, Travel, draw_travel
from simulator.stream.block import Block
from simulator.stream.render import event_texts, message_ids
from simulator.truth.book import Book
from simulator.truth.end import write_end
from simulator.truth.facts import event_lines


@dataclass
class Counts:
    """What was made so far; `sendings` counts copies too."""

    events: int = 0
    sendings: int = 0
    late: int = 0
    copies: int = 0
    held_up: int = 0
    skewed: int = 0
    robots: int = 0
    orders: int = 0


@dataclass
class TownStream:
    """One run; `days()` may be walked once."""

    plan: Plan
    book: Book
    counts: Counts = field(default_factory=Counts)

    def days(self) -> Generator[Arrivals, None, None]:
        """Arrivals per day in order, the last part being what arrives after the end; then the truth is complete."""
        life = begin_life(self.plan, self.book)
        pool = Pool()
        first = self.plan.start_ms // DAY
        lived = 0
        try:
            for day in range(self.plan.days):
                self._live(life, day, pool)
                lived += 1
                if len(arrived := pool.take(first + day)):
                    yield arrived
            if len(rest := pool.rest()):
                yield rest
        finally:
            # Also when the reader stops early: what was lived until then has its truth.
            write_end(life, vars(self.counts), lived)

    def _live(self, life: Life, day: int, pool: Pool) -> None:
        blocks = [_cut(block, self.plan.end_ms) for block in live_day(life, day)]
        total = sum(map(len, blocks))
        g = life.chance(day, "travel")
        ids = iter(hex_ids(life.chance(day, "messages"), total))
        faults = self.plan.faults
        travel = draw_travel(total, faults.duplicate, faults.disorder, g)
        begin = 0
        for one in blocks:
            end = begin + len(one)
            part = Travel(travel.delay[begin:end], travel.copy[begin:end], travel.held_up[begin:end])
            self._send(life, one, ids, part, pool)
            begin = end
        self.counts.orders = life.orders_made

    def _send(self, life: Life, one: Block, ids: Iterator[str], travel: Travel, pool: Pool) -> None:
        skew = np.where(one.device >= 0, life.town.devices.skew[one.device], 0)
        names = message_ids(one, ids)
        texts = event_texts(one, names, skew)
        at = one.at + one.late + travel.delay
        source = np.full(len(one), one.source)
        pool.put(Arrivals(at, source, skew, texts))
        twice = np.flatnonzero(travel.copy)
        if len(twice):
            pool.put(Arrivals(at + travel.copy, source, skew, texts).take(twice))
        self._count(one, skew, travel)
        if self.book.kept:
            people = one.person.tolist()
            self.book.saw("anonymous_id", one.anonymous, people)
            self.book.saw("user_id", one.user, people)
            self.book.lines("events", event_lines(one, names, skew, _marks(travel)))

    def _count(self, one: Block, skew: Ints, travel: Travel) -> None:
        counts = self.counts
        copies = int(np.count_nonzero(travel.copy))
        counts.events += len(one)
        counts.sendings += len(one) + copies
        counts.copies += copies
        counts.late += int(np.count_nonzero(one.late))
        counts.held_up += int(travel.held_up.sum())
        counts.skewed += int(np.count_nonzero(skew))
        counts.robots += int((one.person < 0).sum())


def _marks(travel: Travel) -> list[str]:
    words = ("", ',"copies":1', ',"held_up":true', ',"copies":1,"held_up":true')
    return [words[mark] for mark in ((travel.copy > 0) + 2 * travel.held_up).tolist()]


def _cut(block: Block, end: int) -> Block:
    """Without what would happen after the end of the run (parcels under way, the last who leave a store)."""
    inside: Bools = block.at < end
    if inside.all():
        return block
    rows = np.flatnonzero(inside)
    columns = {name: _rows(column, rows) for name, column in vars(block).items()}
    return Block(**columns)


def _rows(column: Any, rows: Ints) -> Any:
    if isinstance(column, np.ndarray):
        return column[rows]
    return [column[row] for row in rows.tolist()] if isinstance(column, list) else column
