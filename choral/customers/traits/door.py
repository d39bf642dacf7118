"""The door of computed traits and of what a customer prefers: computed when they are asked for, so windows move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from choral.core.clock import SYSTEM_CLOCK
from choral.customers import moving
from choral.customers.profiles import moments
from choral.customers.profiles.rules import Moment
from choral.customers.profiling import may_profile
from choral.customers.purchases.door import Purchases
from choral.customers.traits import habits, queries, wording
from choral.customers.traits.computing import compute
from choral.customers.traits.definitions import Definition
from choral.customers.traits.frames import Frame, of_lines, of_moments
from choral.customers.traits.preference import Preference, prefer
from choral.home import Home

if TYPE_CHECKING:
    import pyarrow

MOST_MOMENTS = 20_000  # of a longer time line the newest count, and the answer says so
Identifiers = Sequence[tuple[int, str]]


@dataclass(frozen=True)
class ComputedTrait:
    """A computed trait of somebody. `unit` says how to read `value`: number, money (minor units, shop's currency),
    percent (0 to 1), days, yes_no, time (µs UTC) or text; None where there is nothing to conclude from. `means` is the
    definition in words, `rows` how many events or order lines it rests on."""

    key: str
    name: str
    unit: str
    value: Any
    means: str
    rows: int


@dataclass(frozen=True)
class TraitRow:
    """One event a computed trait rests on; `lines` of it where the trait is of order lines."""

    position: int
    at: int
    name: str
    channel: str
    order_id: str | None
    label: str | None
    amount: int | None
    lines: int


@dataclass(frozen=True)
class Behind:
    """A trait with the newest of the events it rests on; `events` is how many there are."""

    trait: ComputedTrait
    rows: tuple[TraitRow, ...]
    events: int


@dataclass
class Known:
    """What was read of a person for one answer: each part once, and only when it is asked for."""

    purchases: Purchases
    ids: Identifiers
    currency: str
    end: int

    @cached_property
    def moments(self) -> list[Moment]:
        return moments.newest([key for key, _ in self.ids], MOST_MOMENTS)

    @cached_property
    def events(self) -> Frame:
        return of_moments(self.moments, self.currency)

    @cached_property
    def lines(self) -> Frame:
        return of_lines(self.purchases.of(self.ids), self.purchases.shelf())

    def frame(self, one: Definition) -> Frame:
        return self.lines if one.source == "lines" else self.events


class Traits:
    """Computed traits, their definitions, and what customers prefer."""

    def __init__(self, home: Home, purchases: Purchases) -> None:
        self._home, self._purchases = home, purchases

    def refresh(self) -> bool:
        """Bring the shop's averages up to the lake; whether they changed. The worker's."""
        return habits.refresh(self._home.lake, self._home.time_zone)

    def definitions(self) -> list[Definition]:
        """The computed traits in use."""
        return queries.definitions()

    def definition(self, key: str) -> Definition:
        """One of them; `NotFound` `no_such_trait`."""
        return queries.definition(key)

    def hidden(self) -> list[Definition]:
        """Built-in ones that were hidden or changed, as they came."""
        return queries.hidden()

    def allowed(self, ids: Identifiers) -> bool:
        """Whether anything may be computed about the person: nobody who objects, is restricted or a minor."""
        return may_profile(self._home, [text for _, text in ids], "opt_out")

    def known(self, ids: Identifiers) -> Known:
        """Everything about a person that the answers of this door share; pass it on to ask several questions."""
        end = moving.window_end(SYSTEM_CLOCK.now(), moments.latest_at())
        return Known(self._purchases, ids, self._home.currency, end)

    def of(self, known: Known, language: str = "en", keys: Sequence[str] = ()) -> tuple[ComputedTrait, ...]:
        """All computed traits of a person, or those named."""
        chosen = [one for one in queries.definitions() if not keys or one.key in keys]
        return tuple(self._computed(one, known, language) for one in chosen)

    def behind(self, known: Known, key: str, language: str = "en", limit: int = 50) -> Behind:
        """A trait with the newest `limit` events it rests on. `NotFound` `no_such_trait`."""
        one = queries.definition(key)
        frame = known.frame(one)
        found = compute(one, frame, known.end)
        positions, counts = np.unique(frame.position[found.rows], return_counts=True)
        lines = dict(zip(positions.tolist(), counts.tolist(), strict=True))
        rows = [
            TraitRow(m.position, m.at, m.name, m.channel, m.order_id, m.label, m.amount, lines[m.position])
            for m in known.moments
            if m.position in lines
        ]
        return Behind(_shown(one, found.value, len(lines), language), tuple(rows[:limit]), len(lines))

    def preference(self, known: Known) -> Preference:
        """The channel and the hours a person prefers, and how sure that is."""
        return prefer(known.moments, habits.current(self._home.lake), known.end, self._home.time_zone)

    def table(self, keys: Sequence[str], identity_map: pyarrow.Table) -> pyarrow.Table:
        """These traits of every customer, computed in sets over the lake: `customer` (int64) and a column a trait."""
        from choral.customers.traits import in_sets  # deferred: only analysts and audiences ask for everybody

        chosen = [queries.definition(key) for key in keys]
        end = moving.window_end(SYSTEM_CLOCK.now(), moments.latest_at())
        return in_sets.table(self._home.lake, chosen, identity_map, end, self._home.currency)

    def _computed(self, one: Definition, known: Known, language: str) -> ComputedTrait:
        found = compute(one, known.frame(one), known.end)
        return _shown(one, found.value, int(found.rows.sum()), language)


def _shown(one: Definition, value: Any, rows: int, language: str) -> ComputedTrait:
    return ComputedTrait(one.key, one.name(language), one.unit, value, wording.sentence(one, language), rows)
