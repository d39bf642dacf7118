"""Random numbers by name: each purpose of each day has its own generator, so one change does not move the rest."""

from zlib import crc32

import numpy as np

from simulator.arrays import Floats, Ints


def chance(seed: int, *path: int | str) -> np.random.Generator:
    """A generator that depends on the seed and the path alone (never on what was drawn elsewhere)."""
    numbers = [crc32(part.encode()) if isinstance(part, str) else part for part in path]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *numbers])))


def habit_ms(g: np.random.Generator, mean: Floats, spread: float, low: float, high: float) -> Ints:
    """Times after midnight in ms: normal about each person's habitual hour; outside [low, high) at any hour of it."""
    hour = g.normal(mean, spread)
    anywhere = g.uniform(low, high, len(mean))
    kept = np.where((hour >= low) & (hour < high), hour, anywhere)
    return (kept * 3_600_000).astype(np.int64)


def hex_ids(g: np.random.Generator, count: int, length: int = 32) -> list[str]:
    """`count` random lower-case hexadecimal ids of an even `length`."""
    text = g.bytes(count * length // 2).hex()
    return [text[start : start + length] for start in range(0, count * length, length)]


def draw_rows(g: np.random.Generator, weights: Floats) -> Ints:
    """One column index per row of `weights` (rows need not sum to 1), drawn in proportion."""
    sums = np.cumsum(weights, axis=1)
    aim = g.random(len(weights)) * sums[:, -1]
    columns: Ints = np.minimum((sums < aim[:, None]).sum(axis=1), weights.shape[1] - 1)
    return columns
