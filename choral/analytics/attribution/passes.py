"""What is done with one bucket of customers: counts for every model, exposures, credits, credit lines.

Each function of the first kind answers with a table (stat, cell, lot, orders, amount) whose rows add up over buckets.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow

from choral.analytics.attribution import hazard, markov
from choral.analytics.attribution.intervals import lot_of
from choral.analytics.attribution.loading import HOUR_MS, Formed, Loaded, Plan, form, load, spans
from choral.analytics.attribution.rules import RULES, by_removal, shared_out
from choral.analytics.attribution.sequences import Flags, Floats, Ints, sums
from choral.analytics.marts import Marts

BOUGHT, SEEN = -1, -2
_FELT = 1e-6  # of the customer's own rate: what adds less has faded away
Summed = tuple[str, Ints, Ints, Floats, Floats]  # stat, cells, lots, orders, amounts


def counted(marts: Marts, bucket: int, plan: Plan) -> pyarrow.Table:
    """The rules' credits, the chain's steps, and the orders no touch came before."""
    return _together(_counted(load(marts, bucket, plan, customers), plan) for customers in spans(marts, bucket))


def _counted(loaded: Loaded, plan: Plan) -> pyarrow.Table:
    formed = form(loaded, plan)
    won = _won(formed)
    found = [_by_rule(won, rule(won.paths, plan.settings), name, plan) for name, rule in RULES.items()]
    steps = markov.steps(formed.paths, len(plan.labels), plan.order, plan.lots)
    cell, lot = np.nonzero(steps.times)
    found.append(("markov", steps.cells[cell], lot, steps.times[cell, lot], steps.value[cell, lot]))
    bare = np.flatnonzero(loaded.bought.inside & ~_reached(won, len(loaded.bought.at)))
    found.append(_orders("none", loaded, bare, plan))
    found.append(_orders("unknown", loaded, np.flatnonzero(loaded.unknown), plan))
    nothing = np.zeros(1, np.int64)
    counts = np.array([len(formed.paths) - len(won.paths)], np.float64)
    found.append(("lost", nothing, nothing, counts, counts))
    return table(found)


def exposed(marts: Marts, bucket: int, plan: Plan, keep: int) -> pyarrow.Table:
    """Of `keep` of 1,024 lots of customers: exposures (`channel` is the place's code), orders (`BOUGHT`) and, once a
    customer, when they were first seen (`SEEN`); `at` in hours."""
    return pyarrow.concat_tables(
        _exposed(load(marts, bucket, plan, customers), plan, keep) for customers in spans(marts, bucket)
    )


def _exposed(loaded: Loaded, plan: Plan, keep: int) -> pyarrow.Table:
    exposure = np.flatnonzero(loaded.pushed & (lot_of(loaded.met.customer, 1_024) < keep))
    order = np.flatnonzero(lot_of(loaded.bought.customer, 1_024) < keep)
    customer = np.concatenate([loaded.met.customer, loaded.bought.customer])
    at = np.concatenate([loaded.met.at, loaded.bought.at])
    known = lot_of(customer, 1_024) < keep
    sorted_ = np.lexsort((at[known], customer[known]))
    people, first = np.unique(customer[known][sorted_], return_index=True)
    parts = [
        (loaded.met.customer[exposure], loaded.met.at[exposure], loaded.place[exposure]),
        (loaded.bought.customer[order], loaded.bought.at[order], np.full(len(order), BOUGHT)),
        (people, at[known][sorted_][first], np.full(len(people), SEEN)),
    ]
    who, when, channel = (np.concatenate(column) for column in zip(*parts, strict=True))
    return pyarrow.table({"customer": who, "at": (when - plan.origin) / HOUR_MS, "channel": channel})


def credited(marts: Marts, bucket: int, plan: Plan) -> pyarrow.Table:
    """Credits that need an earlier pass: Markov path by path, and the time-aware model (cell = number of labels:
    bought anyway)."""
    return _together(_credited(load(marts, bucket, plan, customers), plan) for customers in spans(marts, bucket))


def _credited(loaded: Loaded, plan: Plan) -> pyarrow.Table:
    won = _won(form(loaded, plan))
    found = []
    if plan.removal is not None:
        found.append(_by_rule(won, by_removal(won.paths, plan.removal), "markov_path", plan))
    lines = hazard_lines(loaded, plan)
    lot = lot_of(loaded.bought.customer[lines.order], plan.lots)
    found.append(_summed("hazard", lines.code, lot, lines.weight, lines.amount, plan))
    return table(found)


@dataclass(frozen=True)
class Lines:
    """Credit lines as arrays: places of order and touch in `Loaded` (touch -1: none), label, weight, amount."""

    order: Ints
    touch: Ints
    code: Ints
    weight: Floats
    amount: Ints


def rule_lines(loaded: Loaded, plan: Plan, model: str) -> Lines:
    """The lines of a model of paths; orders without a touch have one line without one (code: number of labels)."""
    won = _won(form(loaded, plan))
    if model == "markov_path":
        weight = by_removal(won.paths, plan.removal if plan.removal is not None else np.ones(len(plan.labels)))
    else:
        weight = RULES[model](won.paths, plan.settings)
    amount = shared_out(weight, won.paths.starts, loaded.worth[won.order])
    bare = np.flatnonzero(loaded.bought.inside & ~_reached(won, len(loaded.bought.at)))
    return Lines(
        np.concatenate([won.order[won.paths.path], bare]), np.concatenate([won.touch, np.full(len(bare), -1)]),
        np.concatenate([won.paths.codes, np.full(len(bare), len(plan.labels))]).astype(np.int64),
        np.concatenate([weight, np.ones(len(bare))]), np.concatenate([amount, loaded.worth[bare]]),
    )  # fmt: skip


def hazard_lines(loaded: Loaded, plan: Plan) -> Lines:
    """The time-aware model's lines: first what would have been bought anyway, then each exposure's share."""
    fit = plan.fit
    if fit is None:  # nothing was ever sent or shown: all would have been bought anyway
        bare = np.flatnonzero(loaded.bought.inside)
        code = np.full(len(bare), len(plan.labels), np.int64)
        return Lines(bare, np.full(len(bare), -1), code, np.ones(len(bare)), loaded.worth[bare])
    order, exposure = np.flatnonzero(loaded.bought.inside), np.flatnonzero(loaded.pushed)
    pairs = hazard.pairs(
        loaded.met.customer[exposure], (loaded.met.at[exposure] - plan.origin) / HOUR_MS,
        loaded.bought.customer[order], (loaded.bought.at[order] - plan.origin) / HOUR_MS,
    )  # fmt: skip
    rate = hazard.raised(fit, loaded.place[exposure[pairs.exposure]], pairs.age)
    felt = rate > _FELT
    rate, pairs = rate[felt], hazard.Pairs(pairs.order[felt], pairs.exposure[felt], pairs.age[felt])
    who = np.concatenate([np.arange(len(order)), pairs.order])
    sorted_ = np.argsort(who, kind="stable")
    who, rates = who[sorted_], np.concatenate([np.ones(len(order)), rate])[sorted_]
    touch = np.concatenate([np.full(len(order), -1), exposure[pairs.exposure]])[sorted_]
    weight = rates / sums(who, rates, len(order))[who]
    starts = np.searchsorted(who, np.arange(len(order) + 1))
    amount = shared_out(weight, starts, loaded.worth[order])
    code = np.where(touch < 0, len(plan.labels), loaded.code[touch] if len(loaded.code) else 0)
    return Lines(order[who], touch, code, weight, amount)


def table(found: list[Summed]) -> pyarrow.Table:
    """Sums as one table."""
    if not found:
        found = [("nothing", *(np.zeros(0, np.int64),) * 2, *(np.zeros(0),) * 2)]
    columns = {
        "stat": pyarrow.concat_arrays([pyarrow.array([one[0]] * len(one[1]), pyarrow.string()) for one in found]),
        "cell": np.concatenate([one[1] for one in found]).astype(np.int64),
        "lot": np.concatenate([one[2] for one in found]).astype(np.int64),
        "orders": np.concatenate([one[3] for one in found]).astype(np.float64),
        "amount": np.concatenate([one[4] for one in found]).astype(np.float64),
    }
    return pyarrow.table(columns)


def _together(parts: Iterator[pyarrow.Table]) -> pyarrow.Table:
    """Tables of sums added up one after the other, so that many parts take no more memory than two."""
    whole = next(parts)
    for part in parts:
        grouped = pyarrow.concat_tables([whole, part]).group_by(["stat", "cell", "lot"], use_threads=False)
        added = grouped.aggregate([("orders", "sum"), ("amount", "sum")])
        whole = added.rename_columns(["stat", "cell", "lot", "orders", "amount"]).select(whole.column_names)
    return whole


def _won(formed: Formed) -> Formed:
    """The paths to an order, which come first."""
    count = int((formed.order >= 0).sum())
    touches = int(formed.paths.starts[count])
    return Formed(formed.paths.only(formed.order >= 0), formed.touch[:touches], formed.order[:count])


def _reached(won: Formed, orders: int) -> Flags:
    found = np.zeros(orders, np.bool_)
    found[won.order] = True
    return found


def _by_rule(won: Formed, weights: Floats, name: str, plan: Plan) -> Summed:
    amounts = shared_out(weights, won.paths.starts, won.paths.value.astype(np.int64))
    return _summed(name, won.paths.codes.astype(np.int64), won.paths.lot[won.paths.path], weights, amounts, plan)


def _summed(name: str, code: Ints, lot: Ints, weights: Floats, amounts: Ints, plan: Plan) -> Summed:
    keys, place = np.unique(code * plan.lots + lot, return_inverse=True)
    orders, amount = sums(place, weights, len(keys)), sums(place, amounts, len(keys))
    return name, keys // plan.lots, keys % plan.lots, orders, amount


def _orders(name: str, loaded: Loaded, chosen: Ints, plan: Plan) -> Summed:
    lot = lot_of(loaded.bought.customer[chosen], plan.lots)
    return _summed(name, np.zeros(len(chosen), np.int64), lot, np.ones(len(chosen)), loaded.worth[chosen], plan)
