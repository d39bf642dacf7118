"""Markov attribution, exact: what is lost when a channel is taken out of the chain that paths form. Pure.

Anderl, Becker, von Wangenheim and Schumann (2016), removal effect. Counts add up over shards and days; nothing is
drawn by lot, so no order of rows changes an answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import scipy.sparse

from choral.analytics.attribution.sequences import Codes, Floats, Ints, Paths, sums
from choral.core.errors import InvalidInput, Unavailable

ORDERS = (1, 2, 3, 4)
_ROUNDS, _CLOSE = 5_000, 1e-15
_PER_TURN = 1_000_000  # touches counted at a time, so that what is in work stays in the processor's cache


@dataclass(frozen=True)
class Steps:
    """How often each step was taken. `cells` are sorted `from * width + to` with `width` = states + 2: the last two
    targets are an order and none. State 0 is the start, others are digits of the last `order` codes + 1 in base
    `kinds` + 1. `times` counts steps, `value` minor units (steps to an order only); both (cells) or (cells, lots)."""

    kinds: int
    order: int
    cells: Ints
    times: Floats
    value: Floats

    @property
    def width(self) -> int:
        return width(self.kinds, self.order)


def width(kinds: int, order: int) -> int:
    """How many targets a step can have; `InvalidInput` `too_many_states` when no whole number can hold a step."""
    if order not in ORDERS:
        raise InvalidInput("wrong_order", "A Markov chain can remember 1 to 4 steps.", fix="Choose 1, 2, 3 or 4.")
    states = (kinds + 1) ** order
    if states * (states + 2) >= 2**62:
        raise InvalidInput(
            "too_many_states", f"A chain of order {order} over {kinds} labels is too large.",
            fix="Choose a lower order, or group by channel.",
        )  # fmt: skip
    return int(states + 2)


def steps(paths: Paths, kinds: int, order: int, lots: int = 0) -> Steps:
    """Count the steps of some paths; with `lots`, each lot of customers apart."""
    wide = width(kinds, order)
    found = [_counted(part, kinds, order, wide, lots) for part in _turns(paths)]
    return merged(found) if found else _none(kinds, order, lots)


def merged(parts: Iterable[Steps]) -> Steps:
    """The sum of counts of several shards."""
    listed = list(parts)
    if len(listed) == 1:
        return listed[0]
    cells, place = np.unique(np.concatenate([one.cells for one in listed]), return_inverse=True)
    times = np.zeros((len(cells), *listed[0].times.shape[1:]))
    value = np.zeros_like(times)
    np.add.at(times, place, np.concatenate([one.times for one in listed]))
    np.add.at(value, place, np.concatenate([one.value for one in listed]))
    return Steps(listed[0].kinds, listed[0].order, cells, times, value)


@dataclass(frozen=True)
class Removal:
    """Of each code the share of orders and of value that is lost without it; `rate`: orders per path walked."""

    orders: Floats
    value: Floats
    rate: float


def removal(counted: Steps) -> Removal:
    """Removal effects, by solving f = r + Q f. Raises `Unavailable` `no_convergence`, which sound counts never do."""
    chain = _chain(counted)
    work = _first_order if counted.order == 1 else _any_order
    by_orders, rate = work(chain, chain.converted)
    by_value, _mean = work(chain, chain.valued)
    return Removal(by_orders, by_value, rate)


def shared(effect: Floats, total: float) -> Floats:
    """Global credit: each code's removal effect as a share of their sum, times the total."""
    whole = effect.sum()
    found: Floats = effect / whole * total if whole > 0 else np.zeros(len(effect))
    return found


@dataclass(frozen=True)
class _Chain:
    """Transition shares among the states met, and what each gives at once. State 0 is the start."""

    moves: scipy.sparse.csr_array
    converted: Floats
    valued: Floats
    holds: Codes  # (states, kinds): whether a state's memory holds a code


def _chain(counted: Steps) -> _Chain:
    wide, goal = counted.width, counted.width - 2
    source, target = np.divmod(counted.cells, wide)
    states = np.unique(np.concatenate([[0], source, target[target < goal]]))
    from_, out = np.searchsorted(states, source), np.zeros(len(states))
    np.add.at(out, from_, counted.times)
    share = np.divide(counted.times, out[from_], out=np.zeros(len(from_)), where=out[from_] > 0)
    inner = target < goal
    moves = scipy.sparse.csr_array(
        (share[inner], (from_[inner], np.searchsorted(states, target[inner]))), shape=(len(states), len(states))
    )
    won = target == goal
    converted = sums(from_[won], share[won], len(states))
    amounts = sums(from_[won], counted.value[won], len(states))
    valued = np.divide(amounts, out, out=np.zeros(len(states)), where=out > 0)
    return _Chain(moves, converted, valued, _memory(states, counted.kinds, counted.order))


def _first_order(chain: _Chain, given: Floats) -> tuple[Floats, float]:
    """At order 1 one inverse answers for all: what passes through j is P(j is ever met) times what j leads to."""
    count, kinds = chain.holds.shape
    fundamental = np.linalg.inv(np.eye(count) - chain.moves.toarray())
    leads = fundamental @ given
    met = fundamental[0] / np.diag(fundamental)
    through = np.divide(met * leads, leads[0], out=np.zeros(count), where=leads[0] != 0)
    found: Floats = chain.holds.T.astype(np.float64) @ through
    return np.clip(found, 0.0, 1.0), float(leads[0])


def _any_order(chain: _Chain, given: Floats) -> tuple[Floats, float]:
    """All removals at once: column j + 1 of the answer has the states that hold j taken out."""
    kept = np.hstack([np.ones((len(given), 1)), 1.0 - chain.holds])
    base = given[:, None] * kept
    found, scale = base.copy(), max(1.0, float(np.abs(given).max(initial=0.0)))
    for _round in range(_ROUNDS):
        after = base + kept * (chain.moves @ found)
        moved = float(np.abs(after - found).max())
        found = after
        if moved <= _CLOSE * scale:
            break
        scale = max(scale, float(np.abs(found).max()))
    else:
        raise Unavailable("no_convergence", "The chain of paths did not settle.", "Its counts do not add up.")
    start = found[0]
    effect = 1.0 - start[1:] / start[0] if start[0] else np.zeros(len(start) - 1)
    return np.clip(effect, 0.0, 1.0), float(start[0])


def _turns(paths: Paths) -> Iterable[Paths]:
    """The paths in pieces of about a million touches."""
    if len(paths.codes) <= _PER_TURN:
        if len(paths):
            yield paths
        return
    borders = np.searchsorted(paths.starts, np.arange(0, len(paths.codes) + _PER_TURN, _PER_TURN))
    borders = np.unique(np.append(np.minimum(borders, len(paths)), len(paths)))
    for low, high in zip(borders[:-1], borders[1:], strict=True):
        a, b = paths.starts[low], paths.starts[high]
        yield Paths(
            paths.codes[a:b], paths.starts[low : high + 1] - a, paths.conversions[low:high], paths.value[low:high],
            paths.nulls[low:high], paths.age[a:b], paths.lot[low:high],
        )  # fmt: skip


def _counted(paths: Paths, kinds: int, order: int, wide: int, lots: int) -> Steps:
    state = _states(paths, kinds, order)
    before = np.empty_like(state)
    before[1:] = state[:-1]
    before[paths.starts[:-1]] = 0
    last, times = state[paths.starts[1:] - 1], paths.conversions + paths.nulls
    won, lost = np.flatnonzero(paths.conversions), np.flatnonzero(paths.nulls)
    inner, goal = before * wide + state, last * wide + wide - 2
    keys = np.concatenate([inner, goal[won], goal[lost] + 1])
    counts = np.concatenate([np.repeat(times, paths.lengths), paths.conversions[won], paths.nulls[lost]])
    worth = np.concatenate([np.zeros(len(inner)), paths.value[won], np.zeros(len(lost))])
    lot = np.concatenate([np.repeat(paths.lot, paths.lengths), paths.lot[won], paths.lot[lost]]) if lots else None
    cells, place = _numbered(keys, wide)
    shape = (len(cells), lots) if lots else (len(cells),)
    flat, size = (place * lots + lot, len(cells) * lots) if lot is not None else (place, len(cells))
    return Steps(
        kinds, order, cells,
        sums(flat, counts, size).reshape(shape), sums(flat, worth, size).reshape(shape),
    )  # fmt: skip


def _numbered(keys: Ints, wide: int) -> tuple[Ints, Ints]:
    """The distinct cells, and which of them each key is: by a table where that is small, else by sorting."""
    if wide * wide > 1 << 22:
        cells, place = np.unique(keys, return_inverse=True)
        return cells, place
    seen = np.zeros(wide * wide, np.bool_)
    seen[keys] = True
    number = np.cumsum(seen) - 1
    return np.flatnonzero(seen), number[keys]


def _states(paths: Paths, kinds: int, order: int) -> Ints:
    """The state after each touch."""
    digit = paths.codes.astype(np.int64) + 1
    state = digit.copy()
    if order == 1:
        return state
    place = np.arange(len(digit)) - np.repeat(paths.starts[:-1], paths.lengths)
    for back in range(1, order):
        known = np.flatnonzero(place >= back)
        state[known] += digit[known - back] * (kinds + 1) ** back
    return state


def _memory(states: Ints, kinds: int, order: int) -> Codes:
    holds = np.zeros((len(states), kinds), np.int32)
    for back in range(order):
        digit = states // (kinds + 1) ** back % (kinds + 1)
        there = np.flatnonzero(digit)
        holds[there, digit[there] - 1] = 1
    return holds


def _none(kinds: int, order: int, lots: int) -> Steps:
    empty = np.zeros((0, lots) if lots else (0,))
    return Steps(kinds, order, np.zeros(0, np.int64), empty, empty)


def simulated(counted: Steps, walks: int, seed: int) -> Removal:
    """The same effects by random walks, as a check of the exact ones: share of won walks that met each code.

    At every order the share of orders lost with a code equals the share of converting walks that touch it.
    """
    chain, generator = _chain(counted), np.random.default_rng(seed)
    moves = chain.moves.toarray()
    table = np.cumsum(np.hstack([moves, chain.converted[:, None]]), axis=1)
    count, kinds = chain.holds.shape
    worth = np.divide(chain.valued, chain.converted, out=np.zeros(count), where=chain.converted > 0)
    at, met = np.zeros(walks, np.int64), np.zeros((walks, kinds), np.bool_)
    won, value, active = np.zeros(walks, np.bool_), np.zeros(walks), np.arange(walks)
    while len(active):
        drawn = generator.random(len(active))
        next_ = (table[at[active]] < drawn[:, None]).sum(axis=1)
        done = next_ >= count
        bought = active[next_ == count]
        won[bought], value[bought] = True, worth[at[bought]]
        active, next_ = active[~done], next_[~done]
        at[active] = next_
        met[active] |= chain.holds[next_] > 0
    hits = met[won]
    total = value.sum()
    by_value = (met * value[:, None]).sum(axis=0) / total if total else np.zeros(kinds)
    return Removal(hits.mean(axis=0) if len(hits) else np.zeros(kinds), by_value, float(won.mean()))
