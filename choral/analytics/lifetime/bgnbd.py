"""BG/NBD: people buy at rates of their own and may leave after any purchase (Fader, Hardie and Lee 2005). Pure.

Parameters r, α (rates: gamma), a, b (leaving: beta), times in weeks.
"""

from __future__ import annotations

import numpy as np
from scipy.special import betaln, digamma, gammaln, hyp2f1

from choral.analytics.lifetime.fitting import Fit, Floats, maximise
from choral.analytics.lifetime.history import History

NAMES = ("r", "alpha", "a", "b")


def fit(history: History) -> Fit:
    """The likeliest parameters (eq. 6 of the paper, summed over customers), with derivatives in closed form."""
    x, last, known, weight = history.x, history.last, history.known, history.weight
    again = x > 0

    def likelihood(params: Floats) -> tuple[float, Floats]:
        r, alpha, a, b = params
        stayed = -(r + x) * np.log(alpha + known)
        left = np.where(again, np.log(a) - np.log(np.maximum(b + x - 1, 1e-300)) - (r + x) * np.log(alpha + last),
                        -np.inf)  # fmt: skip
        both = np.logaddexp(stayed, left)
        value = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + betaln(a, b + x) - betaln(a, b) + both
        share = np.exp(left - both)  # how likely it is that they left after the last purchase
        by_r = digamma(r + x) - digamma(r) + np.log(alpha)
        by_r -= (1 - share) * np.log(alpha + known) + share * np.log(alpha + last)
        by_alpha = r / alpha - (r + x) * ((1 - share) / (alpha + known) + share / (alpha + last))
        by_a = digamma(a + b) - digamma(a + b + x) + share / a
        by_b = digamma(b + x) - digamma(a + b + x) - digamma(b) + digamma(a + b)
        by_b -= np.where(again, share / np.maximum(b + x - 1, 1e-300), 0.0)
        slope = np.array([float(weight @ one) for one in (by_r, by_alpha, by_a, by_b)])
        return float(weight @ value), slope

    return maximise(likelihood, 4)


def alive(params: Floats, history: History) -> Floats:
    """The probability that each still buys at all (1 before any repeat purchase: they cannot have left yet)."""
    r, alpha, a, b = params
    x, last, known = history.x, history.last, history.known
    odds = np.log(a) - np.log(np.maximum(b + x - 1, 1e-300)) + (r + x) * (np.log(alpha + known) - np.log(alpha + last))
    found: Floats = np.where(x > 0, 1 / (1 + np.exp(np.minimum(odds, 700.0))), 1.0)
    return found


def expected(params: Floats, history: History, weeks: float) -> Floats:
    """Purchases each will make in the next `weeks` (eq. 10)."""
    r, alpha, a, b = params
    x, known = history.x, history.known
    a = a + 1e-9 if abs(a - 1) < 1e-9 else a
    z = weeks / (alpha + known + weeks)
    # The power before the series of eq. 10 and the series, together by Euler's transformation: neither overflows so.
    faded = (1 - z) ** (a - 1) * hyp2f1(a + b - 1 - r, a - 1, a + b + x - 1, z)
    found: Floats = (a + b + x - 1) / (a - 1) * (1 - faded) * alive(params, history)
    return np.maximum(found, 0.0)


def of_somebody_new(params: Floats, weeks: float) -> float:
    """Purchases of a new customer in their first `weeks` (eq. 9)."""
    r, alpha, a, b = params
    series = hyp2f1(r, b, a + b - 1, weeks / (alpha + weeks))
    return float((a + b - 1) / (a - 1) * (1 - (alpha / (alpha + weeks)) ** r * series))
