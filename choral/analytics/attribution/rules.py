"""The rules of thumb, and Shapley's set form: how much of an order each touch of its path gets. Pure.

Every function gives one weight a touch; the weights of a path sum to 1. Field note: docs/decisions/0016.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from choral.analytics.attribution.sequences import Flags, Floats, Ints, Paths, sums


@dataclass(frozen=True)
class Settings:
    """What the rules need to know. `first_share` and `last_share` are the position rule's ends; `half_life` hours;
    `direct`: the codes of places a customer comes to without being brought there."""

    first_share: float = 0.4
    last_share: float = 0.4
    half_life: float = 168.0
    direct: tuple[int, ...] = ()


def first(paths: Paths, _settings: Settings) -> Floats:
    """All to the first touch."""
    return np.asarray(_place(paths) == 0, np.float64)


def last(paths: Paths, _settings: Settings) -> Floats:
    """All to the last touch."""
    return np.asarray(_place(paths) == paths.lengths[paths.path] - 1, np.float64)


def last_non_direct(paths: Paths, settings: Settings) -> Floats:
    """All to the last touch that is not direct; to the last one where all are."""
    if not len(paths):
        return np.zeros(0)
    place = _place(paths)
    brought = np.where(np.isin(paths.codes, settings.direct), -1, place)
    chosen = np.maximum.reduceat(brought, paths.starts[:-1])
    chosen = np.where(chosen < 0, paths.lengths - 1, chosen)
    return np.asarray(place == chosen[paths.path], np.float64)


def linear(paths: Paths, _settings: Settings) -> Floats:
    """The same to each touch."""
    return 1.0 / paths.lengths[paths.path]


def position(paths: Paths, settings: Settings) -> Floats:
    """Shares to the first and to the last touch, what is left evenly to those between; of two touches, half each
    where the shares are equal, else as the shares stand to one another."""
    length, place = paths.lengths[paths.path], _place(paths)
    head, tail = settings.first_share, settings.last_share
    between = (1 - head - tail) / np.maximum(length - 2, 1)
    weight = np.where(place == 0, head, np.where(place == length - 1, tail, between))
    ends = head + tail
    pair = np.where(place == 0, head / ends if ends else 0.5, tail / ends if ends else 0.5)
    return np.where(length == 1, 1.0, np.where(length == 2, pair, weight))


def decay(paths: Paths, _settings: Settings) -> Floats:
    """Half as much for each step further from the order."""
    back = paths.lengths[paths.path] - 1 - _place(paths)
    return _shared(paths, np.exp2(-back.astype(np.float64)))


def time_decay(paths: Paths, settings: Settings) -> Floats:
    """Half as much for each half life (hours, real time) further from the order."""
    if not len(paths):
        return np.zeros(0)
    youngest = np.minimum.reduceat(paths.age, paths.starts[:-1])[paths.path]
    return _shared(paths, np.exp2(-(paths.age - youngest) / settings.half_life))


def shapley(paths: Paths, _settings: Settings) -> Floats:
    """Shapley value of the game v(S) = orders of the paths whose channels all lie in S: an equal share to each
    distinct channel of a path (exact for any number of channels), spread evenly over its touches of that channel."""
    if not len(paths):
        return np.zeros(0)
    kinds = int(paths.codes.max()) + 1
    _keys, back, times = np.unique(paths.path * kinds + paths.codes, return_inverse=True, return_counts=True)
    distinct = np.bincount(_keys // kinds, minlength=len(paths))
    return np.asarray(1.0 / (distinct[paths.path] * times[back]), np.float64)


def by_removal(paths: Paths, removal: Floats) -> Floats:
    """Markov credit path by path: each touch by its channel's removal effect, repeats included."""
    effect = removal[paths.codes]
    total = np.add.reduceat(effect, paths.starts[:-1])[paths.path] if len(paths) else effect
    even = 1.0 / paths.lengths[paths.path]
    return np.divide(effect, total, out=even, where=total > 0)


RULES = {
    "first": first, "last": last, "last_non_direct": last_non_direct, "linear": linear, "position": position,
    "decay": decay, "time_decay": time_decay, "shapley": shapley,
}  # fmt: skip


def shared_out(weights: Floats, starts: Ints, amounts: Ints) -> Ints:
    """Whole minor units a touch that sum to the path's amount: largest remainder, ties to the earlier touch."""
    if not len(weights):
        return np.zeros(0, np.int64)
    lengths = np.diff(starts)
    path = np.repeat(np.arange(len(lengths)), lengths)
    exact = weights * amounts[path]
    whole = np.floor(exact).astype(np.int64)
    missing = amounts - np.add.reduceat(whole, starts[:-1])
    order = np.lexsort((np.round(whole - exact, 9), path))
    rank = np.empty(len(path), np.int64)
    rank[order] = np.arange(len(path)) - np.repeat(starts[:-1], lengths)
    extra, rest = np.divmod(missing, lengths)
    return whole + extra[path] + (rank < rest[path])


def credited(paths: Paths, weights: Floats, kinds: int) -> tuple[Floats, Floats]:
    """Conversions and value by code; paths may stand for many customers."""
    path = paths.path
    return (
        sums(paths.codes, weights * paths.conversions[path], kinds),
        sums(paths.codes, weights * paths.value[path], kinds),
    )


def _place(paths: Paths) -> Ints:
    """The place of each touch in its path, from 0."""
    place: Ints = np.arange(len(paths.codes)) - paths.starts[:-1][paths.path]
    return place


def _shared(paths: Paths, weight: Floats) -> Floats:
    if not len(paths):
        return weight
    shared: Floats = weight / np.add.reduceat(weight, paths.starts[:-1])[paths.path]
    return shared


__all__ = ["RULES", "Flags", "Settings", "by_removal", "credited", "shared_out"]
