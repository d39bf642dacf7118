"""The buckets' answers added up, and the credits of every model with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow

from choral.analytics.attribution import hazard, intervals, markov, passes
from choral.analytics.attribution.loading import HOUR_MS, Plan
from choral.analytics.attribution.planning import everything
from choral.analytics.attribution.rules import RULES
from choral.analytics.attribution.sequences import Floats, sums
from choral.analytics.attribution.values import Model
from choral.analytics.reading import Reading

_METHOD = 1  # raise it whenever a figure would come out differently
_MOST_PEOPLE = 300_000  # customers the time-aware model is learned from


@dataclass(frozen=True)
class Credited:
    """A model's credits by code; after the labels comes one code for what goes to no touch. Orders, amounts (minor
    units or thousandths of an order) and the 95 % bounds of the amounts."""

    orders: Floats
    amount: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True)
class Summed:
    """All that the buckets said: credits by model, and what the whole rests on."""

    models: dict[Model, Credited]
    plan: Plan  # with what was learned, so that credit lines can be asked for
    orders: int
    amount: int
    nothing_before: int
    unknown: int
    won: int
    lost: int
    rate: float


@dataclass(frozen=True)
class Counted:
    """What one pass over the buckets says: credits of the models that need nothing else, and the removal effects."""

    parts: _Parts
    models: dict[Model, Credited]
    removal: markov.Removal | None


def counts(reading: Reading, plan: Plan) -> Counted:
    """The rules, Shapley and the chain, with their intervals."""
    parts = _Parts(reading.each(passes.counted, plan), plan)
    none_orders, none_amount = parts.lots("none", 1)
    models: dict[Model, Credited] = {}
    for name in RULES:
        orders, amount = parts.lots(name, len(plan.labels))
        models[name] = _with_bounds(  # type: ignore[index]
            np.vstack([orders, none_orders]), np.vstack([amount, none_amount])
        )
    steps = parts.steps()
    effect = markov.removal(_whole(steps)) if len(steps.cells) else None
    models["markov"] = _global(steps, effect, none_orders, none_amount, models["last"])
    return Counted(parts, models, effect)


def summed(reading: Reading, plan: Plan) -> Summed:
    """Two passes over the buckets: counts, then what needs the removal effects and the fitted rates."""
    first = counts(reading, plan)
    models, effect = first.models, first.removal
    none_orders, none_amount = first.parts.lots("none", 1)
    plan = replace(
        plan,
        removal=None if effect is None else effect.orders if plan.value == "orders" else effect.value,
        fit=learned(reading, plan),
    )
    second = _Parts(reading.each(passes.credited, plan), plan)
    orders, amount = second.lots("markov_path", len(plan.labels))
    models["markov_path"] = _with_bounds(np.vstack([orders, none_orders]), np.vstack([amount, none_amount]))
    models["hazard"] = _raised(second, plan)
    total = models["last"]
    return Summed(
        models, plan, round(total.orders.sum()), round(total.amount.sum()), round(none_orders.sum()),
        round(first.parts.lots("unknown", 1)[0].sum()), round(total.orders[:-1].sum()),
        round(first.parts.lots("lost", 1)[0].sum()), effect.rate if effect else 0.0,
    )  # fmt: skip


def taught(reading: Reading, plan: Plan, model: Model) -> Plan:
    """The plan with what one model needs to write credit lines."""
    if model == "hazard":
        return replace(plan, fit=learned(reading, plan))
    if model != "markov_path":
        return plan
    steps = _Parts(reading.each(passes.counted, plan), plan).steps()
    if not len(steps.cells):
        return plan
    effect = markov.removal(_whole(steps))
    return replace(plan, removal=effect.orders if plan.value == "orders" else effect.value)


def learned(reading: Reading, plan: Plan) -> hazard.Fit | None:
    """The time-aware model, learned from all days of up to 300,000 customers; None where nothing was sent or sold."""
    found = reading.lasting(f"attribution hazard {_METHOD} {plan.each}", _Kept, lambda: _fit(reading, plan))
    if not found.effect:
        return None
    return hazard.Fit(
        *(np.array(one) for one in (found.effect, found.error, found.half_life, found.season, found.hours))
    )


@dataclass(frozen=True)
class _Kept:
    """A fit as plain numbers; no effects: there was nothing to learn from."""

    effect: tuple[float, ...] = ()
    error: tuple[float, ...] = ()
    half_life: tuple[float, ...] = ()
    season: tuple[float, ...] = ()
    hours: tuple[float, ...] = ()


def _fit(reading: Reading, plan: Plan) -> _Kept:
    keep = min(1_024, max(1, 1_024 * _MOST_PEOPLE // max(reading.as_of.customers, 1)))
    whole = everything(plan, reading.as_of.since or plan.since, reading.as_of.until or plan.until)
    told = pyarrow.concat_tables(reading.each(passes.exposed, whole, keep))
    at, channel = told["at"].to_numpy(), told["channel"].to_numpy()
    if not (channel >= 0).any() or not (channel == passes.BOUGHT).any():
        return _Kept()
    people, who = np.unique(told["customer"].to_numpy(), return_inverse=True)
    start = np.full(len(people), np.inf)
    np.minimum.at(start, who, at)
    order = np.lexsort((at, who))
    who, at, channel = who[order], at[order], channel[order]
    sent, bought = channel >= 0, (channel == passes.BOUGHT) & (at > start[who])
    end = max((plan.known_until - plan.origin) / HOUR_MS, float(at.max()))
    fit = hazard.fitted(
        hazard.Exposed(who[sent], at[sent], channel[sent], who[bought], at[bought], start, end), len(plan.places)
    )
    return _Kept(*(tuple(one.tolist()) for one in (fit.effect, fit.error, fit.half_life, fit.season, fit.hours)))


class _Parts:
    """The answers of all buckets to one pass."""

    def __init__(self, tables: Sequence[pyarrow.Table], plan: Plan) -> None:
        self._plan = plan
        told = pyarrow.concat_tables(tables)
        self._stat = np.asarray(told["stat"].to_numpy(zero_copy_only=False), object)
        self._cell, self._lot = told["cell"].to_numpy(), told["lot"].to_numpy()
        self._orders, self._amount = told["orders"].to_numpy(), told["amount"].to_numpy()

    def lots(self, stat: str, cells: int) -> tuple[Floats, Floats]:
        """Orders and amounts of a stat as (cells, lots)."""
        chosen = self._stat == stat
        lots = self._plan.lots
        flat = self._cell[chosen] * lots + self._lot[chosen]
        size = cells * lots
        return (
            sums(flat, self._orders[chosen], size).reshape(cells, lots),
            sums(flat, self._amount[chosen], size).reshape(cells, lots),
        )

    def steps(self) -> markov.Steps:
        """The chain's counts, each lot apart."""
        chosen = self._stat == "markov"
        cells, place = np.unique(self._cell[chosen], return_inverse=True)
        flat, lots = place * self._plan.lots + self._lot[chosen], self._plan.lots
        size = len(cells) * lots
        return markov.Steps(
            len(self._plan.labels), self._plan.order, cells,
            sums(flat, self._orders[chosen], size).reshape(len(cells), lots),
            sums(flat, self._amount[chosen], size).reshape(len(cells), lots),
        )  # fmt: skip


def _whole(steps: markov.Steps) -> markov.Steps:
    return markov.Steps(steps.kinds, steps.order, steps.cells, steps.times.sum(axis=1), steps.value.sum(axis=1))


def _with_bounds(orders: Floats, amount: Floats) -> Credited:
    whole: float = amount.sum().item()
    return Credited(orders.sum(axis=1), amount.sum(axis=1), *intervals.of_shares(amount, whole))


def _global(
    steps: markov.Steps, effect: markov.Removal | None, none_orders: Floats, none_amount: Floats, last: Credited
) -> Credited:
    """One share of what came by paths for all orders; what no touch came before stays outside the chain."""
    none = np.array([none_orders.sum()]), np.array([none_amount.sum()])
    if effect is None:
        empty = np.zeros(steps.kinds)
        return Credited(*(np.append(empty, one) for one in (none[0], none[1], none[1], none[1])))
    orders, amount = float(last.orders[:-1].sum()), last.amount[:-1].sum().item()
    _by_orders, (low, high) = intervals.of_removal(steps, orders, amount)
    return Credited(
        np.append(markov.shared(effect.orders, orders), none[0]),
        np.append(markov.shared(effect.value, amount), none[1]),
        np.append(low, none[1]), np.append(high, none[1]),
    )  # fmt: skip


def _raised(second: _Parts, plan: Plan) -> Credited:
    """The time-aware model: intervals from the standard errors of its effects, since they decide the shares."""
    orders, amount = (one.sum(axis=1) for one in second.lots("hazard", len(plan.labels) + 1))
    fit = plan.fit
    if fit is None:
        return Credited(orders, amount, amount, amount)
    own = {place: at for at, place in enumerate(plan.places)}
    error = np.zeros(len(amount))
    for code, place in enumerate(plan.label_places):
        at = own[place]
        if fit.effect[at] > 0:
            error[code] = abs(amount[code]) * fit.error[at] / fit.effect[at]
    error[-1] = np.sqrt((error[:-1] ** 2).sum())
    return Credited(orders, amount, np.maximum(amount - 1.96 * error, 0.0), amount + 1.96 * error)
