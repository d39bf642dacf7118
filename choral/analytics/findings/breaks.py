"""Sudden changes of a rate, and things that stopped happening, with the chance of either when nothing changed. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

Floats = npt.NDArray[np.float64]
FEWEST_DAYS = 28  # of the past, before the days looked at
LATEST, SHORTEST = 21, 3  # a break is looked for in the last three weeks, and lasts three days at least
_FEWEST_EVENTS = 50
_LONGER = 2  # a silence must be longer than twice the longest before it


@dataclass(frozen=True)
class Break:
    """A rate that changed: the first day of the new one (a place in the arrays), both rates, the standard error of
    their difference, and the p-value over all days it was looked for at."""

    at: int
    before: float
    after: float
    error: float
    p: float


@dataclass(frozen=True)
class Silence:
    """Something that stopped: the first silent day (a place in the array), how much of it came on such days before (in
    all, over the silent days), and the chance of such a silence."""

    at: int
    expected: float
    p: float


def rate_break(parts: Floats, wholes: Floats) -> Break | None:
    """The likeliest day on which `parts` / `wholes` (both by day) changed; None where there is too little to look at.

    The days before are compared with the days from it on, by the difference of pooled rates; days scatter more than
    chance alone would have them (overdispersion, from the days before, weekly pattern taken out). The level holds over
    all days tried: the smallest p-value times their number (Bonferroni), which is careful.
    """
    days = len(wholes)
    if days < FEWEST_DAYS + SHORTEST or wholes.sum() < _FEWEST_EVENTS:
        return None
    best: Break | None = None
    tried = 0
    for at in range(max(FEWEST_DAYS, days - LATEST), days - SHORTEST + 1):
        if wholes[at:].sum() < _FEWEST_EVENTS / 5 or wholes[:at].sum() < _FEWEST_EVENTS:
            continue
        tried += 1
        found = _compared(parts, wholes, at)
        if found is not None and (best is None or found.p < best.p):
            best = found
    return None if best is None else Break(best.at, best.before, best.after, best.error, min(1.0, best.p * tried))


def _compared(parts: Floats, wholes: Floats, at: int) -> Break | None:
    before, after = parts[:at].sum() / wholes[:at].sum(), parts[at:].sum() / wholes[at:].sum()
    pooled = parts.sum() / wholes.sum()
    if not 0.0 < pooled < 1.0:
        return None
    spread = _overdispersion(parts[:at], wholes[:at])
    error = float(np.sqrt(spread * pooled * (1 - pooled) * (1 / wholes[:at].sum() + 1 / wholes[at:].sum())))
    p = float(2 * ndtr(-abs(after - before) / error))
    return Break(at, float(before), float(after), error, p)


def _overdispersion(parts: Floats, wholes: Floats) -> float:
    """Variance over that of a binomial with a rate for each day of the week; at least 1."""
    weekday = np.arange(len(wholes)) % 7
    sums = np.bincount(weekday, wholes, 7)
    rates = np.bincount(weekday, parts, 7) / np.maximum(sums, 1)
    expected = rates[weekday]
    variance = wholes * expected * (1 - expected)
    kept = variance > 0
    if kept.sum() <= 7:
        return 1.0
    return max(1.0, float(((parts - wholes * expected)[kept] ** 2 / variance[kept]).sum() / (kept.sum() - 7)))


def silence(counts: Floats) -> Silence | None:
    """Whether what came by day (`counts`, to the last complete day) has stopped; None when it goes on, or when it was
    always too rare to tell.

    A silence must be longer than twice the longest before it. Its chance: each silent day as likely as such days of
    the week were silent before (Laplace's rule of succession), and not fewer of them in a row than ever seen.
    """
    came = np.flatnonzero(counts > 0)
    if not len(came) or came[-1] == len(counts) - 1:
        return None
    first, at = int(came[0]), int(came[-1]) + 1
    if at - first < FEWEST_DAYS or len(came) < FEWEST_DAYS // 2:
        return None
    quiet = int(np.diff(came).max() - 1)
    if len(counts) - at <= _LONGER * quiet:
        return None
    weekday = np.arange(len(counts)) % 7
    past, days = counts[first:at], weekday[first:at]
    seen = np.bincount(days, minlength=7)
    silent = np.bincount(days, past == 0, 7)
    chance = (silent + 1) / (seen + 2)
    usual = np.bincount(days, past, 7) / np.maximum(seen, 1)
    over = weekday[at:]
    return Silence(at, float(usual[over].sum()), float(np.prod(chance[over])))
