"""What another way of choosing would have brought, judged from the log of one that chose by chance. Pure.

IPS and SNIPS (Horvitz and Thompson 1952; Swaminathan and Joachims 2015), and doubly robust (Dudík, Langford and Li
2011) with each action's mean reward drawn towards the mean of all. Intervals by a Poisson bootstrap of decisions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from choral.analytics.uplift.features import Floats
from choral.analytics.uplift.values import PolicyEstimate, PolicyValue
from choral.core.errors import InvalidInput

REPLICATES, MOST_WEIGHT, ENOUGH = 500, 100.0, 100.0
_PRIOR = 50.0  # decisions that an action's mean is drawn towards the mean of all by
Codes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Logged:
    """Decisions in a log: what each brought, the chance the log's own policy had of choosing so, and the chance the new
    one has. For the doubly robust estimate also which action was chosen (from 0), and the new policy's chance of every
    action (decisions by actions)."""

    reward: Floats
    propensity: Floats
    policy: Floats
    action: Codes | None = None
    chances: Floats | None = None


def judged(log: Logged, most_weight: float = MOST_WEIGHT) -> PolicyValue:
    """The value a decision of the new policy, by each method; `InvalidInput` `wrong_propensity`."""
    if not len(log.reward) or not ((log.propensity > 0) & (log.propensity <= 1)).all():
        raise InvalidInput(
            "wrong_propensity", "The log does not say with which chance each action was chosen.",
            "Chances must be above 0 and at most 1.", "Log the chance of every decision when it is made.", 422,
        )  # fmt: skip
    if not ((log.policy >= 0) & (log.policy <= 1)).all():
        raise InvalidInput("wrong_propensity", "The new policy's chances are not between 0 and 1.", status=422)
    raw = log.policy / log.propensity
    weight = np.minimum(raw, most_weight)
    expected, model = _modelled(log)
    parts = {"ips": weight * log.reward, "snips": weight * log.reward}
    if model is not None:
        parts["dr"] = expected + weight * (log.reward - model)
    draws = np.random.default_rng(0).poisson(1.0, (REPLICATES, len(weight))).astype(np.float64)
    estimates = tuple(_estimate(name, values, weight, draws) for name, values in parts.items())
    effective = float(weight.sum() ** 2 / (weight**2).sum()) if weight.any() else 0.0
    return PolicyValue(
        len(weight), _estimate("logged", log.reward, np.ones(len(weight)), draws), estimates, effective,
        float((raw > most_weight).mean()), most_weight, effective >= ENOUGH,
    )  # fmt: skip


def _modelled(log: Logged) -> tuple[Floats, Floats | None]:
    """What the mean rewards of actions expect of the new policy at each decision, and of the action chosen."""
    if log.action is None or log.chances is None:
        return np.zeros(len(log.reward)), None
    actions = log.chances.shape[1]
    times = np.bincount(log.action, minlength=actions)
    sums = np.bincount(log.action, log.reward, actions)
    means = (sums + _PRIOR * log.reward.mean()) / (times + _PRIOR)
    return log.chances @ means, means[log.action]


def _estimate(name: str, values: Floats, weight: Floats, draws: Floats) -> PolicyEstimate:
    below = weight if name == "snips" else np.ones(len(values))
    value = float(values.sum() / below.sum()) if below.sum() else 0.0
    again = (draws @ values) / np.maximum(draws @ below, 1e-12)
    low, high = np.percentile(again, [2.5, 97.5])
    return PolicyEstimate(name, value, float(low), float(high))
