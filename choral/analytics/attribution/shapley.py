"""Shapley values of any game over channels: exact to 16 players, beyond that by permutations with an error bound. Pure.

Shapley (1953); sampling after Castro, Gómez and Tejada (2009). The set form of attribution needs neither: see rules.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import factorial

import numpy as np

from choral.analytics.attribution.sequences import Floats, Ints, Paths
from choral.core.errors import InvalidInput

MOST_EXACT = 16
Game = Callable[[int], float]  # the worth of a coalition, given as a set of bits


@dataclass(frozen=True)
class Values:
    """A value a player; `error` bounds the 95 % interval's half width (0 when exact), `permutations` 0 when exact."""

    values: Floats
    error: Floats
    permutations: int


def exact(game: Game, players: int) -> Values:
    """By all 2^players coalitions; `InvalidInput` `too_many_players` beyond 16."""
    if players > MOST_EXACT:
        raise InvalidInput(
            "too_many_players", f"{players} channels have too many coalitions to look at each.",
            fix="Take at most 16, or the values by permutations.",
        )  # fmt: skip
    coalitions = np.arange(1 << players)
    worth = np.array([game(int(one)) for one in coalitions])
    size = np.array([int(one).bit_count() for one in coalitions])
    share = np.array([factorial(s) * factorial(players - s - 1) for s in range(players)]) / factorial(players)
    found = np.zeros(players)
    for player in range(players):
        without = coalitions[coalitions >> player & 1 == 0]
        found[player] = (share[size[without]] * (worth[without | 1 << player] - worth[without])).sum()
    return Values(found, np.zeros(players), 0)


def sampled(game: Game, players: int, permutations: int, seed: int = 0) -> Values:
    """By random orders of joining, each with its reverse; the error is 1.96 standard errors of the pairs' means."""
    generator, pairs = np.random.default_rng(seed), max(permutations // 2, 2)
    gains = np.empty((pairs, players))
    for pair in range(pairs):
        order = generator.permutation(players)
        gains[pair] = (_joined(game, order) + _joined(game, order[::-1])) / 2
    return Values(gains.mean(axis=0), 1.96 * gains.std(axis=0, ddof=1) / np.sqrt(pairs), 2 * pairs)


def values(game: Game, players: int, permutations: int = 2_000, seed: int = 0) -> Values:
    """Exact where that is possible, else by permutations."""
    return exact(game, players) if players <= MOST_EXACT else sampled(game, players, permutations, seed)


def rate_game(paths: Paths, kinds: int) -> Game:
    """The share that orders, of the customers met by no channel outside the coalition; 0 for the empty one.

    Unlike the set form, paths that led to no order count here, so a channel can come out negative.
    """
    bits = np.array([1 << code for code in range(kinds)], object)
    sets: dict[int, list[float]] = {}
    for number in range(len(paths)):
        key = 0
        for code in np.unique(paths.codes[paths.starts[number] : paths.starts[number + 1]]):
            key |= bits[code]
        row = sets.setdefault(key, [0.0, 0.0])
        row[0] += float(paths.conversions[number])
        row[1] += float(paths.conversions[number] + paths.nulls[number])
    known = list(sets.items())

    def worth(coalition: int) -> float:
        inside = [counts for key, counts in known if key & ~coalition == 0]
        walked = sum(counts[1] for counts in inside)
        return sum(counts[0] for counts in inside) / walked if walked else 0.0

    return worth


def by_place(paths: Paths, kinds: int) -> Floats:
    """The ordered Shapley value (Zhao, Mahboobi and Bagheri 2018): the set form's credit of a code, told apart by the
    place in which it first came in, (codes, places)."""
    path = paths.path
    _keys, first = np.unique(path * kinds + paths.codes, return_index=True)
    order = np.sort(first)
    who, code = path[order], paths.codes[order]
    distinct = np.bincount(who, minlength=len(paths))
    place = np.arange(len(order)) - np.repeat(np.cumsum(distinct) - distinct, distinct)
    found = np.zeros((kinds, int(place.max()) + 1 if len(place) else 1))
    np.add.at(found, (code, place), paths.conversions[who] / distinct[who])
    return found


def _joined(game: Game, order: Ints) -> Floats:
    gains, coalition, before = np.empty(len(order)), 0, game(0)
    for player in order:
        coalition |= 1 << int(player)
        worth = game(coalition)
        gains[player], before = worth - before, worth
    return gains
