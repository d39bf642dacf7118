"""Gamma-Gamma: what a customer spends at a time, when it does not depend on how often (Fader and Hardie 2013). Pure.

Parameters p, q, γ; amounts in any one unit, of customers who bought again.
"""

from __future__ import annotations

import numpy as np
from scipy.special import digamma, gammaln

from choral.analytics.lifetime.fitting import Fit, Floats, maximise

NAMES = ("p", "q", "gamma")


def fit(times: Floats, mean: Floats) -> Fit:
    """The likeliest parameters; `times` repeat purchases whose mean amount (above 0) is `mean`."""

    def likelihood(params: Floats) -> tuple[float, Floats]:
        p, q, gamma = params
        shape, whole = p * times, gamma + times * mean
        value = gammaln(shape + q) - gammaln(shape) - gammaln(q) + q * np.log(gamma) + (shape - 1) * np.log(mean)
        value += shape * np.log(times) - (shape + q) * np.log(whole)
        by_p = times * (digamma(shape + q) - digamma(shape) + np.log(mean) + np.log(times) - np.log(whole))
        by_q = digamma(shape + q) - digamma(q) + np.log(gamma) - np.log(whole)
        by_gamma = q / gamma - (shape + q) / whole
        return float(value.sum()), np.array([float(one.sum()) for one in (by_p, by_q, by_gamma)])

    return maximise(likelihood, 3)


def expected(params: Floats, times: Floats, mean: Floats) -> Floats:
    """What each will spend at a time; of those who never bought again the mean of all."""
    p, q, gamma = params
    q = max(q, 1 + 1e-6)
    found: Floats = p * (gamma + times * mean) / (p * times + q - 1)
    return found
