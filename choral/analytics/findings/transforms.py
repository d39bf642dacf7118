"""The scales on which figures are forecast, and the way back: square root of sums, logit of shares. Pure."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from choral.analytics.findings.series import Pair
from choral.analytics.findings.values import UNITS

Floats = npt.NDArray[np.float64]


def level(metric: str, pair: Pair) -> Floats:
    """The figure itself: the sum, or the parts over the wholes (0 where there are none)."""
    if pair.wholes is None:
        return pair.parts
    return np.divide(pair.parts, pair.wholes, out=np.zeros_like(pair.parts), where=pair.wholes > 0)


def scaled(metric: str, pair: Pair) -> Floats:
    """On a scale on which its scatter does not grow with it (square root, Bartlett 1936; empirical logit, Cox 1970)."""
    if pair.wholes is None or UNITS[metric] != "share":
        return np.sqrt(np.maximum(level(metric, pair), 0.0))
    half = 0.5 if metric != "discount_share" else 1e-4 * np.maximum(np.median(pair.wholes, axis=1, keepdims=True), 1.0)
    part = np.clip(pair.parts, 0.0, np.maximum(pair.wholes, 0.0))
    found: Floats = np.log((part + half) / (np.maximum(pair.wholes, 0.0) - part + half))
    return found


def back(metric: str, values: Floats) -> Floats:
    """From the scale to the figure."""
    if UNITS[metric] == "share":
        return 1.0 / (1.0 + np.exp(-values))
    return np.maximum(values, 0.0) ** 2
