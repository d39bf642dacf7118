"""What each campaign brought: who got it, who is compared, and what may honestly be said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, reduce
from operator import xor

import msgspec
import numpy as np

from choral.analytics import effects, panel
from choral.analytics.effects import Comparison, Floats
from choral.analytics.panel import Panel
from choral.analytics.reading import Reading
from choral.analytics.values import Balance, Campaign, CampaignRow, Effect, Overlap, Placebo, Verdict, Week
from choral.core.errors import NotFound

_METHOD = 1  # raise it whenever a measure would come out differently
FEWEST_REACHED = 30
FEWEST_EFFECTIVE = 40
LARGEST_DIFFERENCE = 0.1  # standard deviations; above it a covariate is not balanced (Austin 2009)
HISTORY = 28  # days of data needed before the start
_PLACEBO = (7, 28)  # days a placebo period has at least and at most
_USUAL = timedelta(days=27)  # a campaign nobody described runs four weeks
_WEEKS_BEFORE, _WEEKS_SHOWN = 8, 30


@dataclass(frozen=True)
class Facts:
    """A campaign as described and as seen."""

    id: str
    name: str
    kind: str
    channel: str
    starts: date
    ends: date
    reached: int
    redemptions: int
    redeemers: int


def campaigns(reading: Reading | None) -> tuple[CampaignRow, ...]:
    """See `Analytics.campaigns`."""
    if reading is None:
        return ()
    return reading.lasting(f"campaigns {_METHOD}", tuple[CampaignRow, ...], lambda: _rows(reading))


def _rows(reading: Reading) -> tuple[CampaignRow, ...]:
    look = Look(reading, _facts(reading))
    return tuple(_measured(look, one).row for one in look.known)


def campaign(reading: Reading | None, campaign_id: str) -> Campaign:
    """See `Analytics.campaign`."""
    facts = described(reading, campaign_id)
    assert reading is not None  # otherwise it would not be described
    return _measured(Look(reading, _facts(reading)), facts)


def described(reading: Reading | None, campaign_id: str) -> Facts:
    """What is said of one campaign and seen of it; `NotFound` without such one."""
    for one in _facts(reading) if reading else []:
        if one.id == campaign_id:
            return one
    raise NotFound("no_such_campaign", f"There is no campaign “{campaign_id[:60]}”.", status=404)


def _facts(reading: Reading) -> list[Facts]:
    said = reading.rows(
        """SELECT campaign_id AS id, any_value(channel) FILTER (met) AS channel, min("day") FILTER (met) AS first_day,
                  count(DISTINCT customer) FILTER (met) AS reached, count(*) FILTER (redeemed) AS redemptions,
                  count(DISTINCT customer) FILTER (redeemed) AS redeemers
           FROM (SELECT *, kind NOT IN ('order', 'refund', 'coupon') AS met,
                        name IN ('Coupon Applied', 'Coupon Redeemed') AS redeemed
                 FROM touches WHERE campaign_id IS NOT NULL) GROUP BY campaign_id""",
        """WITH seen AS (
             SELECT id, min(channel) AS channel, min(first_day) AS first_day, sum(reached)::BIGINT AS reached,
                    sum(redemptions)::BIGINT AS redemptions, sum(redeemers)::BIGINT AS redeemers
             FROM partials GROUP BY id),
           said AS (SELECT campaign_id AS id, any_value(name) AS name, any_value(kind) AS kind,
                           any_value(channel) AS said_channel, min(starts) AS starts, max(ends) AS ends
                    FROM campaigns GROUP BY 1)
           SELECT id, coalesce(name, '') AS name, coalesce(kind, '') AS kind,
                  coalesce(said_channel, channel, '') AS channel, coalesce(starts, first_day) AS starts, ends,
                  coalesce(reached, 0) AS reached, coalesce(redemptions, 0) AS redemptions,
                  coalesce(redeemers, 0) AS redeemers
           FROM seen FULL JOIN said USING (id) WHERE coalesce(starts, first_day) IS NOT NULL
           ORDER BY starts DESC, id""",
    )
    return [Facts(**row | {"ends": max(row["ends"] or row["starts"] + _USUAL, row["starts"])}) for row in said]


@dataclass(frozen=True)
class Look:
    """One look at all campaigns: what is read once, however many of them are measured."""

    reading: Reading
    known: list[Facts]

    @cached_property
    def sold(self) -> dict[str, tuple[int, int]]:
        """Coupon sales and their orders, by campaign."""
        return _coupon_sales(self.reading)

    @cached_property
    def days(self) -> list[tuple[date, int]]:
        """A print of each day's meetings and orders: equal prints, equal events of the same customers."""
        said = self.reading.rows(
            """SELECT "day", bit_xor(hash(position, customer, kind))::HUGEINT::VARCHAR AS print
               FROM touches GROUP BY 1""",
            'SELECT "day", list(print ORDER BY part) AS prints FROM partials GROUP BY 1 ORDER BY 1',
        )
        return [(row["day"], reduce(xor, map(int, row["prints"]))) for row in said]

    def key(self, facts: Facts) -> str:
        """What a measure depends on: a campaign is measured again only when something of it has changed."""
        version = self.reading.source.marts.version
        seen = reduce(xor, (one for day, one in self.days if day <= facts.ends), 0)
        names = [(one.id, one.name) for one in self.known]
        since, until = self.reading.as_of.since, min(facts.ends, self.reading.as_of.until or facts.ends)
        sets = [one for one in version.datasets if one[0] in ("campaigns", "coupons")]
        said = (
            _METHOD,
            version.layout,
            version.time_zone,
            self.reading.as_of.currency,
            sets,
            since,
            until,
            seen,
            names,
        )
        return f"campaign {facts} {said}"


def _measured(look: Look, facts: Facts) -> Campaign:
    kept = look.reading.remembered(look.key(facts), lambda: msgspec.to_builtins(_measure(look, facts)))
    return msgspec.convert(kept, Campaign)


def _measure(look: Look, facts: Facts) -> Campaign:
    reading = look.reading
    until = min(facts.ends, reading.as_of.until or facts.ends)
    reason = _too_soon(reading, facts)
    if reason:
        return _unmeasured(look, facts, Verdict(reason), None)
    table = panel.panel(reading, facts.id, facts.starts, until)
    measured = int(table.reached.sum())
    if measured < FEWEST_REACHED or len(table.reached) - measured < FEWEST_EFFECTIVE:
        figures: dict[str, int | float | str] = {"measured": measured, "needed": FEWEST_REACHED}
        return _unmeasured(look, facts, Verdict("too_few", "", figures), table)
    comparison = effects.compare(table.known, table.reached)
    effect = _effect(table, comparison)
    placebo = _placebo(reading, facts)
    balance = _balance(table, comparison)
    verdict = _verdict(effect, balance, comparison.effective, placebo)
    shown = effect if verdict.code != "not_comparable" or verdict.reason == "placebo" else None
    sales, orders = look.sold.get(facts.id, (0, 0)) if facts.redemptions else (0, 0)
    return Campaign(
        _row(facts, shown, verdict), reading.as_of.currency, facts.starts, until, until == facts.ends, measured,
        max(facts.reached - measured, 0), len(table.reached) - measured, round(comparison.effective), balance, placebo,
        _weeks(reading, facts.starts, until, table, comparison.weights),
        _overlaps(look, facts, until, table, comparison.weights), sales, orders,
    )  # fmt: skip


def _too_soon(reading: Reading, facts: Facts) -> str:
    since, until = reading.as_of.since, reading.as_of.until
    if until is None or since is None or facts.starts > until:
        return "not_started"
    return "no_history" if facts.starts - since < timedelta(days=HISTORY) else ""


def _unmeasured(look: Look, facts: Facts, verdict: Verdict, table: Panel | None) -> Campaign:
    measured = int(table.reached.sum()) if table else 0
    sales, orders = look.sold.get(facts.id, (0, 0)) if facts.redemptions else (0, 0)
    return Campaign(
        _row(facts, None, verdict), look.reading.as_of.currency, None, None, False, measured,
        max(facts.reached - measured, 0) if table else 0, len(table.reached) - measured if table else 0, 0, (), None,
        (), (), sales, orders,
    )  # fmt: skip


def _row(facts: Facts, effect: Effect | None, verdict: Verdict) -> CampaignRow:
    return CampaignRow(
        facts.id, facts.name, facts.kind, facts.channel, facts.starts, facts.ends, facts.reached, facts.redemptions,
        facts.redeemers, effect, verdict,
    )  # fmt: skip


def _effect(table: Panel, comparison: Comparison) -> Effect:
    found = effects.estimate(table.known, table.reached, table.outcome, comparison)
    many = int(table.reached.sum())
    one, low, high = (round(value) for value in (found.effect, found.low, found.high))
    whole, whole_low, whole_high = (round(value * many) for value in (found.effect, found.low, found.high))
    relative = found.effect / found.expected if found.expected > 0 else None
    return Effect(one, low, high, whole, whole_low, whole_high, round(found.expected), relative)


def _placebo(reading: Reading, facts: Facts) -> Placebo | None:
    """The same sum as if the campaign had begun some weeks earlier and ended the day before it really began."""
    assert reading.as_of.since is not None  # otherwise it would not have started
    room = (facts.starts - reading.as_of.since).days - HISTORY
    length = min((facts.ends - facts.starts).days + 1, _PLACEBO[1], room)
    if length < _PLACEBO[0]:
        return None
    since, until = facts.starts - timedelta(days=length), facts.starts - timedelta(days=1)
    table = panel.panel(reading, facts.id, since, until)
    if table.reached.sum() < FEWEST_REACHED or (~table.reached).sum() < FEWEST_EFFECTIVE:
        return None
    effect = _effect(table, effects.compare(table.known, table.reached))
    return Placebo(since, until, effect, effect.low <= 0 <= effect.high)


def _balance(table: Panel, found: Comparison) -> tuple[Balance, ...]:
    columns = (
        found.reached_means, found.others_means, found.weighted_means, found.difference, found.difference_weighted,
    )  # fmt: skip
    return tuple(
        Balance(key, *(round(float(value), 6) for value in values))
        for key, *values in zip(table.keys, *columns, strict=True)
    )


def _verdict(effect: Effect, balance: tuple[Balance, ...], effective: float, placebo: Placebo | None) -> Verdict:
    worst = max(balance, key=lambda one: abs(one.difference_weighted))
    figures: dict[str, int | float | str] = {
        "per_customer": effect.per_customer, "low": effect.low, "high": effect.high, "total": effect.total,
        "total_low": effect.total_low, "total_high": effect.total_high, "effective": round(effective),
        "worst_key": worst.key, "worst_difference": round(worst.difference_weighted, 3),
    }  # fmt: skip
    if effective < FEWEST_EFFECTIVE:
        return Verdict("not_comparable", "overlap", figures)
    if abs(worst.difference_weighted) > LARGEST_DIFFERENCE:
        return Verdict("not_comparable", "balance", figures)
    if placebo is not None and not placebo.passed:
        return Verdict("not_comparable", "placebo", figures)
    if effect.low > 0:
        return Verdict("brought", "", figures)
    return Verdict("cost" if effect.high < 0 else "no_effect_shown", "", figures)


def _weeks(reading: Reading, start: date, until: date, table: Panel, weights: Floats) -> tuple[Week, ...]:
    assert reading.as_of.since is not None  # otherwise it would not have started
    first = max(start - timedelta(weeks=_WEEKS_BEFORE), reading.as_of.since)
    last = min(until, start + timedelta(weeks=_WEEKS_SHOWN) - timedelta(days=1))
    spent, steps = panel.weeks(reading, start, first, last)
    share = np.where(table.reached, 1.0 / table.reached.sum(), 0.0)
    other = np.zeros(len(table.reached))
    other[~table.reached] = weights
    numbers = table.customers.to_numpy()
    customers = spent.column("customer").to_numpy()
    if not len(customers):
        return ()
    places = np.clip(np.searchsorted(numbers, customers), 0, len(numbers) - 1)
    ours = numbers[places] == customers
    week = spent.column("week").to_numpy()[ours] - steps[0]
    spendings, places = spent.column("amount").to_numpy()[ours], places[ours]
    lines = [np.bincount(week, spendings * part[places], len(steps)) for part in (share, other)]
    return tuple(
        Week(
            index, start + timedelta(weeks=index), _days(start + timedelta(weeks=index), first, last),
            round(float(lines[0][place])), round(float(lines[1][place])),
        )
        for place, index in enumerate(steps)
    )  # fmt: skip


def _days(start: date, first: date, last: date) -> int:
    return (min(start + timedelta(days=6), last) - max(start, first)).days + 1


def _overlaps(look: Look, facts: Facts, until: date, table: Panel, weights: Floats) -> tuple[Overlap, ...]:
    """Campaigns that began while this one ran: no past of the customers can make up for them, so they are shown."""
    said = look.reading.rows(
        """SELECT DISTINCT campaign_id AS id, customer FROM touches
           WHERE campaign_id <> $campaign AND "day" BETWEEN $start AND $end
             AND kind NOT IN ('order', 'refund', 'coupon')""",
        "SELECT id, list(customer) AS customers FROM partials GROUP BY id ORDER BY id",
        {"campaign": facts.id, "start": facts.starts, "end": until},
    )
    names = {one.id: one.name for one in look.known}
    numbers = table.customers.to_numpy()
    found = []
    for row in said:
        got = np.isin(numbers, np.array(row["customers"], dtype=np.int64))
        ours, theirs = float(got[table.reached].mean()), float(weights @ got[~table.reached])
        if ours > 0.005 or theirs > 0.005:
            found.append(Overlap(row["id"], names.get(row["id"], ""), ours, theirs))
    return tuple(sorted(found, key=lambda one: (-abs(one.reached - one.comparison), one.id)))


def _coupon_sales(reading: Reading) -> dict[str, tuple[int, int]]:
    """Net sales of the couponed products on the day their coupon was redeemed by this customer, and their orders."""
    said = reading.rows(
        """WITH good AS (SELECT DISTINCT touches.campaign_id AS id, customer, "day", product_id FROM touches
                         JOIN coupons ON coupon_id = about AND coupons.campaign_id = touches.campaign_id
                         WHERE name IN ('Coupon Applied', 'Coupon Redeemed'))
           SELECT id, sum(total)::BIGINT AS sales, count(DISTINCT position) AS orders
           FROM order_lines JOIN good USING (customer, "day", product_id) WHERE currency = $currency GROUP BY id""",
        "SELECT id, sum(sales)::BIGINT AS sales, sum(orders)::BIGINT AS orders FROM partials GROUP BY id",
        {"currency": reading.as_of.currency},
    )
    return {row["id"]: (row["sales"], row["orders"]) for row in said}
