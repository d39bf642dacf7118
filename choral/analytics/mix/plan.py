"""What channels bring over a plan of weeks like their last, at other amounts of money; for curves and budgets. Pure.

A channel's money is moved by a factor on the weeks it was really spent in, so bursts stay bursts: at factor one the
plan brings what the model says the channel brought.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy

from choral.analytics.mix.model import Parameters
from choral.analytics.mix.response import Array, lagged, weights

PLAN_WEEKS = 52
THIN = 400  # draws that curves and the search use; what is said of the result uses all


@dataclass(frozen=True)
class Plan:
    """The stock of each channel in each week of the plan, draws by week by channel, at factor one; `base` is the money
    factor one stands for, `now` what is spent today (0 for a channel that has stopped), `tried` its biggest week kept
    up through the plan."""

    stock: Array
    parameters: Parameters
    base: Array
    now: Array
    tried: Array
    weeks: int

    def brings(self, factor: Array) -> Array:
        """Draws by channel: what channels bring at these factors."""
        bent = numpy.tanh(self.parameters.steepness[:, None] * (self.stock * factor) / 2)
        return numpy.asarray(self.parameters.strength * bent.sum(1))

    def slope(self, factor: Array) -> Array:
        """Draws by channel: what one more unit of money brings at these factors."""
        steep = self.parameters.steepness[:, None] * self.stock / 2
        inner = steep * (1 - numpy.tanh(steep * factor) ** 2)
        return numpy.asarray(self.parameters.strength * inner.sum(1) / self.base)

    def thin(self, count: int = THIN) -> Plan:
        """The same with fewer draws."""
        step = max(1, len(self.stock) // count)
        few = Parameters(*(one[::step] for one in (
            self.parameters.carry, self.parameters.steepness, self.parameters.strength,
        )))  # fmt: skip
        return Plan(self.stock[::step], few, self.base, self.now, self.tried, self.weeks)


def plan(spend: Array, parameters: Parameters, length: int = PLAN_WEEKS) -> Plan:
    """The last weeks of each channel's spend (weeks by channel, money) as a plan; of one that has stopped, the last
    weeks in which it ran."""
    count, channels = spend.shape
    length = min(length, count)
    most = numpy.where(spend.max(0) > 0, spend.max(0), 1.0)
    history = lagged(spend / most)
    by_lag = weights(parameters.carry)
    stock = numpy.empty((len(parameters.carry), length, channels))
    base, now = numpy.empty(channels), spend[count - length :].sum(0)
    for one in range(channels):
        ran = numpy.flatnonzero(spend[:, one])
        end = count if now[one] or not len(ran) else max(int(ran[-1]) + 1, length)
        stock[:, :, one] = (history[end - length : end, :, one] @ by_lag[:, :, one]).T
        base[one] = spend[end - length : end, one].sum() or 1.0
    return Plan(stock, parameters, base, now, length * most, length)
