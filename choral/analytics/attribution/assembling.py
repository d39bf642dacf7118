"""Credits as people read them: rows by label with every model, cost, what was measured, and where models disagree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from choral.analytics.attribution import spending
from choral.analytics.attribution.loading import Plan
from choral.analytics.attribution.merging import Credited, Summed
from choral.analytics.attribution.planning import Label, Planned
from choral.analytics.attribution.rules import shared_out
from choral.analytics.attribution.sequences import Floats, Ints
from choral.analytics.attribution.values import (
    BASELINE,
    NOTHING_BEFORE,
    Credit,
    CreditRow,
    Credits,
    Disagreement,
    Measured,
    Model,
    Question,
)
from choral.analytics.reading import Reading
from choral.analytics.values import CampaignRow

_MODELS: tuple[Model, ...] = (
    "last", "last_non_direct", "first", "linear", "position", "decay", "time_decay", "shapley", "markov",
    "markov_path", "hazard",
)  # fmt: skip
_DISAGREE: tuple[Model, ...] = ("last", "first", "linear", "markov", "hazard")
_UNMEASURED = Measured("not_measured")
_UNRECOGNISED = """SELECT count(*) AS orders, coalesce(sum({column}), 0)::BIGINT AS amount FROM orders
  WHERE NOT returned AND customer IS NULL AND currency = $currency AND "day" BETWEEN $since AND $until"""


def credits(
    reading: Reading, question: Question, planned: Planned, found: Summed, campaigns: Sequence[CampaignRow]
) -> Credits:
    """All models of one question."""
    plan = planned.plan
    names = {one.id: one for one in campaigns}
    costs = spending.spent(reading, plan.by, plan.since, plan.until, plan.currency)
    rows = _rows(planned.labels, found, plan, costs, names)
    orders, amount = _unrecognised(reading, plan)
    return Credits(
        question, reading.as_of.position, plan.since, plan.until, plan.currency, found.amount, found.orders,
        amount, orders, found.unknown, found.nothing_before, found.won + found.lost, found.lost, found.rate,
        rows, _disagreement(rows), _half_lives(found.plan), spending.told(reading),
    )  # fmt: skip


def nothing(reading: Reading | None, question: Question, currency: str) -> Credits:
    """The answer of a shop without days to ask about."""
    position = reading.as_of.position if reading else 0
    return Credits(
        question, position, question.since, question.until, currency, 0, 0, 0, 0, 0, 0, 0, 0, 0.0, (), None, (),
        spending.told(reading) if reading else False,
    )  # fmt: skip


def _rows(
    labels: tuple[Label, ...], found: Summed, plan: Plan, costs: Mapping[str, int], names: Mapping[str, CampaignRow]
) -> tuple[CreditRow, ...]:
    amounts = {model: _whole(one.amount, found.amount) for model, one in found.models.items()}
    rows = []
    for code, label in enumerate(labels):
        cost, source = costs.get(label.key), "spend"
        if cost is None:
            cost, source = label.cost, "touches" if label.cost is not None else ""
        known = names.get(label.key)
        given = tuple(
            _credit(model, found.models[model], amounts[model], code, found.amount, cost, plan) for model in _MODELS
        )
        rows.append(
            CreditRow(
                label.key, known.name if known else "", label.place, label.touches, given,
                _measured(known) if plan.by == "campaign" and known else _UNMEASURED, cost, source,  # type: ignore[arg-type]
            )
        )  # fmt: skip
    rows.sort(key=lambda row: (-max(one.amount for one in row.credits), row.key))
    last = len(labels)
    for key, models in ((NOTHING_BEFORE, [one for one in _MODELS if one != "hazard"]), (BASELINE, ["hazard"])):
        given = tuple(
            _credit(model, found.models[model], amounts[model], last, found.amount, None, plan)
            if model in models else Credit(model, 0, 0, 0, 0.0, 0.0)
            for model in _MODELS
        )  # fmt: skip
        if any(one.orders for one in given):
            rows.append(CreditRow(key, "", "", 0, given, _UNMEASURED))
    return tuple(rows)


def _credit(
    model: Model, one: Credited, amounts: Ints, code: int, total: int, cost: int | None, plan: Plan
) -> Credit:  # fmt: skip
    amount, orders = int(amounts[code]), float(one.orders[code])
    money = plan.value != "orders"
    return Credit(
        model, amount, round(float(one.low[code])), round(float(one.high[code])),
        amount / total if total else 0.0, orders,
        amount / cost if cost and money else None,
        round(cost / orders) if cost and orders > 1e-9 else None,
        amount - cost if cost is not None and money else None,
    )  # fmt: skip


def _whole(amounts: Floats, total: int) -> Ints:
    """Whole units that sum to the total; credits of lines are whole already and stay as they are."""
    if np.array_equal(amounts, np.round(amounts)) or not total:
        return np.asarray(np.round(amounts), np.int64)
    return shared_out(amounts / amounts.sum(), np.array([0, len(amounts)]), np.array([total]))


def _measured(row: CampaignRow) -> Measured:
    if row.effect is None:
        return Measured(row.verdict.code)
    return Measured(row.verdict.code, False, row.effect.total, row.effect.total_low, row.effect.total_high)


def _disagreement(rows: Sequence[CreditRow]) -> Disagreement | None:
    """Where two of the well-known models are furthest apart."""
    best: Disagreement | None = None
    for row in rows:
        shares = {one.model: one.share for one in row.credits if one.model in _DISAGREE}
        if row.key in (BASELINE, NOTHING_BEFORE):
            continue
        most, least = max(shares, key=lambda key: shares[key]), min(shares, key=lambda key: shares[key])
        if best is None or shares[most] - shares[least] > best.most_share - best.least_share:
            best = Disagreement(row.key, row.name, most, shares[most], least, shares[least])
    return best if best and best.most_share > best.least_share else None


def _half_lives(plan: Plan) -> tuple[tuple[str, float], ...]:
    """Days after which half of a contact's effect is gone, by channel, as the time-aware model learned them."""
    if plan.fit is None:
        return ()
    return tuple(
        (place, float(plan.fit.half_life[at]) / 24) for at, place in enumerate(plan.places) if plan.fit.effect[at] > 0
    )


def _unrecognised(reading: Reading, plan: Plan) -> tuple[int, int]:
    if plan.who != "all" or plan.people is not None:
        return 0, 0
    column = {"sales": "amount", "margin": "margin", "orders": "1000"}[plan.value]
    rows = reading.rows(
        _UNRECOGNISED.format(column=column),
        "SELECT sum(orders)::BIGINT AS orders, sum(amount)::BIGINT AS amount FROM partials",
        {"currency": plan.currency, "since": plan.since, "until": plan.until},
    )
    return int(rows[0]["orders"] or 0), int(rows[0]["amount"] or 0)


__all__ = ["credits", "nothing"]
