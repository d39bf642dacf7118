"""Pareto/NBD: people buy at rates of their own and may leave at any moment (Schmittlein, Morrison, Colombo 1987). Pure.

Parameters r, α (rates: gamma), s, β (lifetimes: gamma), times in weeks. Formulas as Fader and Hardie (2005) write them.
"""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln, hyp2f1

from choral.analytics.lifetime.fitting import Fit, Floats, maximise, numeric
from choral.analytics.lifetime.history import History

NAMES = ("r", "alpha", "s", "beta")


def fit(history: History) -> Fit:
    """The likeliest parameters."""
    x, known, weight = history.x, history.known, history.weight

    def likelihood(params: Floats) -> float:
        r, alpha, s, beta = params
        stayed = -(r + x) * np.log(alpha + known) - s * np.log(beta + known)
        left = np.log(s) - np.log(r + s + x) + _log_a0(params, history)
        start = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta)
        with np.errstate(invalid="ignore"):
            return float(weight @ (start + np.logaddexp(stayed, left)))

    return maximise(numeric(likelihood), 4)


def alive(params: Floats, history: History) -> Floats:
    """The probability that each has not left yet."""
    r, alpha, s, beta = params
    x, known = history.x, history.known
    odds = np.log(s) - np.log(r + s + x) + (r + x) * np.log(alpha + known) + s * np.log(beta + known)
    found: Floats = 1 / (1 + np.exp(np.minimum(odds + _log_a0(params, history), 700.0)))
    return found


def expected(params: Floats, history: History, weeks: float) -> Floats:
    """Purchases each will make in the next `weeks`."""
    r, alpha, s, beta = params
    s = s + 1e-9 if abs(s - 1) < 1e-9 else s
    x, known = history.x, history.known
    shorter = 1 - ((beta + known) / (beta + known + weeks)) ** (s - 1)
    found: Floats = (r + x) * (beta + known) / ((alpha + known) * (s - 1)) * shorter * alive(params, history)
    return np.maximum(found, 0.0)


def of_somebody_new(params: Floats, weeks: float) -> float:
    """Purchases of a new customer in their first `weeks`."""
    r, alpha, s, beta = params
    return float(r * beta / (alpha * (s - 1)) * (1 - (beta / (beta + weeks)) ** (s - 1)))


def _log_a0(params: Floats, history: History) -> Floats:
    """The logarithm of A0, the part of the likelihood for those who left; minus infinity where none can have."""
    r, alpha, s, beta = params
    x = history.x
    most, apart = max(alpha, beta), abs(alpha - beta)
    power = r + s + x
    second = s + 1 if alpha >= beta else r + x

    def one(time: Floats) -> Floats:  # by Euler's transformation: the series itself overflows for frequent buyers
        z = apart / (most + time)
        found: Floats = np.log(hyp2f1(1.0, power + 1 - second, power + 1, z)) - (second - 1) * np.log1p(-z)
        whole: Floats = found - power * np.log(most + time)
        return whole

    at_last, at_end = one(history.last), one(history.known)
    # Somebody who bought today cannot have left; parameters far from any shop give no number, and are not taken.
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = at_last + np.log1p(-np.exp(np.minimum(at_end - at_last, 0.0)))
    return found
