"""The door of customer value: what everybody will bring, by channel of acquisition, and customer by customer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Literal

import numpy as np

from choral.analytics.lifetime import foretelling, gamma, measuring, models
from choral.analytics.lifetime.fitting import Fit, Floats
from choral.analytics.lifetime.history import Ints
from choral.analytics.lifetime.models import KINDS, Kind
from choral.analytics.lifetime.values import Channel, Check, CustomerValue, Lifetime, Range, ValuePage
from choral.analytics.reading import Reading
from choral.core.errors import InvalidInput

HORIZONS = (91, 182, 365)  # days
DISCOUNT = 0.10  # a year: what money in a year is worth less today
_METHOD = 2  # raise it whenever a figure would come out differently
_CHECKED = 182  # days at most foretold to judge the models
_LEAST = 84  # days of data, half of them to learn from
Sort = Literal["value", "at_risk", "alive"]


@dataclass(frozen=True)
class _Shop:
    """What was fitted once over one version of the marts."""

    reading: Reading
    until: date
    customers: measuring.Customers
    kind: Kind
    fit: Fit
    spend: Fit
    check: Check

    @cached_property
    def repeats(self) -> Floats:
        past, which = self.customers.history
        found: Floats = past.x[which]
        return found

    @cached_property
    def purchase(self) -> Floats:
        """What a purchase of each customer is expected to bring, in minor units."""
        return foretelling.a_purchase(self.spend.params, self.customers.spent, self.repeats)


class LifetimeValue:
    """What customers will bring. `excluded` gives the numbers of those who may not be profiled: they count in sums over
    all and are in no list."""

    def __init__(self, reading: Callable[[], Reading | None], excluded: Callable[[], set[int]]) -> None:
        self._reading, self._excluded = reading, excluded
        self._lock = threading.Lock()
        self._last: tuple[str, _Shop | str] | None = None

    def overview(self, days: int = 365) -> Lifetime:
        """Everybody together and by the channel they were first met on; how far off the models were in the past.

        `days` is one of 91, 182, 365. Without enough customers or days `ready` is false and `reason` says why:
        `no_orders`, `too_few` (bought again) or `too_short`.
        """
        _horizon(days)
        reading = self._reading()
        if reading is None:
            return _nothing("no_orders", days, None, "EUR")
        return reading.lasting(f"lifetime {_METHOD} {days}", Lifetime, lambda: self._overview(reading, days))

    def customers(self, sort: Sort = "value", days: int = 365, after: str | None = None, limit: int = 50) -> ValuePage:
        """Customers by what they will bring (`value`), what is lost if they left (`at_risk`) or how surely they still
        buy (`alive`), biggest first."""
        _horizon(days)
        if sort not in ("value", "at_risk", "alive"):
            raise InvalidInput("no_such_order", f"“{sort[:20]}” is no order.", fix="Use value, at_risk or alive.")
        if after is not None and (not after.isdecimal() or len(after) > 15):
            raise InvalidInput("wrong_cursor", "The page asked for does not exist.", fix="Begin at the first.")
        shop = self._shop()
        if shop is None:
            return ValuePage((), None, 0)
        alive, orders, value, at_risk = _each(shop, days)
        key = {"value": value, "at_risk": at_risk, "alive": alive}[sort]
        allowed = np.flatnonzero(~np.isin(shop.customers.numbers, np.array(sorted(self._excluded()), np.int64)))
        ranked = allowed[np.lexsort((shop.customers.numbers[allowed], -key[allowed]))]
        skip = int(after or 0)
        shown = ranked[skip : skip + limit]
        rows = tuple(_row(shop, int(at), alive, orders, value, at_risk) for at in shown)
        return ValuePage(rows, str(skip + limit) if len(ranked) > skip + limit else None, len(ranked))

    def of(self, customer: str, days: int = 365) -> CustomerValue | None:
        """One customer, with the bounds of what 80 of 100 such customers will bring; None when they never ordered, may
        not be profiled, or nothing can be concluded."""
        _horizon(days)
        shop = self._shop()
        if shop is None or not customer.isdecimal() or int(customer) >= 1 << 63 or int(customer) in self._excluded():
            return None
        at = int(np.searchsorted(shop.customers.numbers, int(customer)))
        if at >= len(shop.customers.numbers) or shop.customers.numbers[at] != int(customer):
            return None
        alive, orders, value, at_risk = _each(shop, days)
        shape = float(shop.fit.params[0] + shop.repeats[at])
        low, high = foretelling.outcomes(
            float(alive[at]), float(orders[at]), float(shop.purchase[at]), shape, int(customer) & 0xFFFFFFFF
        )
        return replace(_row(shop, at, alive, orders, value, at_risk), low=round(low), high=round(high))

    def risks(self) -> tuple[Ints, Floats, Ints]:
        """Every customer's number (ascending), the probability that they left, and what they will bring in 365 days:
        for conditions of audiences. Empty where nothing can be concluded."""
        shop = self._shop()
        if shop is None:
            return np.empty(0, np.int64), np.empty(0), np.empty(0, np.int64)
        alive, _, value, _ = _each(shop, 365)
        kept = ~np.isin(shop.customers.numbers, np.array(sorted(self._excluded()), np.int64))
        return shop.customers.numbers[kept], 1 - alive[kept], value[kept].astype(np.int64)

    def prepare(self) -> None:
        """Keep what the page opens with; the worker's."""
        self.overview()

    def _shop(self) -> _Shop | None:
        reading = self._reading()
        if reading is None:
            return None
        found = self._learned(reading)
        return found if isinstance(found, _Shop) else None

    def _learned(self, reading: Reading) -> _Shop | str:
        name = reading.source.marts.version.name
        with self._lock:
            if self._last is None or self._last[0] != name:
                self._last = (name, _learn(reading))
            return self._last[1]

    def _overview(self, reading: Reading, days: int) -> Lifetime:
        shop = self._learned(reading)
        currency = reading.as_of.currency
        if isinstance(shop, str):
            return _nothing(shop, days, reading.as_of.until, currency)
        past, which = shop.customers.history
        channels = measuring.first_channels(reading, shop.customers.numbers)
        names = sorted(set(channels))
        place = {name: at for at, name in enumerate(names)}
        group = np.array([place[one] for one in channels], np.int64)

        def sums(of: Ints, groups: int) -> tuple[list[Range], list[Range], list[Range]]:
            return foretelling.by_group(
                shop.kind,
                shop.fit,
                shop.spend,
                past,
                which,
                shop.customers.spent,
                of,
                groups,
                days / 7,
                DISCOUNT,
                shop.check.off or 0.0,
            )

        alive, orders, value = (one[0] for one in sums(np.zeros(len(which), np.int64), 1))
        fits = [
            models.told(shop.kind.name, shop.kind.names, shop.fit),
            models.told("gamma_gamma", gamma.NAMES, shop.spend),
        ]
        return Lifetime(
            True, "", shop.until, days, currency, "margin" if shop.customers.costed else "sales", len(which), alive,
            orders, value, DISCOUNT, shop.check, tuple(fits),
            _channels(names, group, shop.customers.to_date, sums(group, len(names))[2], measuring.spent_on(reading)),
        )  # fmt: skip


def _learn(reading: Reading) -> _Shop | str:
    since, until = reading.as_of.since, reading.as_of.until
    if since is None or until is None:
        return "no_orders"
    known = (until - since).days
    if known < _LEAST:
        return "too_short"
    everybody = measuring.customers(reading, until)
    past, which = everybody.history
    if int((past.weight * (past.x > 0)).sum()) < models.FEWEST:
        return "too_few"
    spend = models.spending(everybody.spent, past.x[which])
    if spend is None:
        return "too_few"
    checks = _checked(reading, until, min(_CHECKED, known // 2))
    best = min(checks, key=lambda one: abs(one.off) if one.off is not None else 9.0)
    kind = KINDS[best.model]
    return _Shop(reading, until, everybody, kind, kind.fit(past), spend, best)


def _checked(reading: Reading, until: date, days: int) -> list[Check]:
    since = until - timedelta(days=days)
    then = measuring.customers(reading, since)
    past, which = then.history
    if not len(past.x) or int((past.weight * (past.x > 0)).sum()) < models.FEWEST:
        return [Check("too_short", "bg_nbd", None, days, 0.0, 0, None, None, ())]
    made = measuring.made(reading, since, until, then.numbers)
    return [replace(models.judged(kind, past, which, days, made), since=since) for kind in KINDS.values()]


def _each(shop: _Shop, days: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Of every customer: alive, purchases, discounted value, and what is at risk."""
    past, which = shop.customers.history
    one = foretelling.foretold(shop.kind, shop.fit.params, past, days / 7, DISCOUNT)
    alive = one.alive[which]
    value = np.rint(one.discounted[which] * shop.purchase)
    weeks = np.maximum(past.known[which], 1.0)
    usual = shop.customers.to_date / np.maximum(weeks, days / 7) * (days / 7)
    return alive, one.orders[which], value, np.rint(np.maximum(usual, 0.0) * (1 - alive))


def _row(shop: _Shop, at: int, alive: Floats, orders: Floats, value: Floats, at_risk: Floats) -> CustomerValue:
    table = shop.customers.table
    return CustomerValue(
        str(shop.customers.numbers[at]), float(alive[at]), float(orders[at]), int(value[at]), None, None,
        int(at_risk[at]), int(shop.repeats[at]), table.column("last_day")[at].as_py(), int(shop.customers.to_date[at]),
    )  # fmt: skip


def _channels(
    names: list[str], group: Ints, to_date: Ints, value: list[Range], cost: dict[str, int]
) -> tuple[Channel, ...]:
    counts = np.bincount(group, minlength=len(names))
    sums = np.bincount(group, to_date, len(names))
    found = []
    for at, name in enumerate(names):
        many, one = int(counts[at]), value[at]
        each = Range(one.value / many, one.low / many, one.high / many)
        paid = cost.get(name)
        found.append(Channel(
            name, many, int(sums[at]), float(sums[at]) / many, each, one, paid, paid / many if paid else None
        ))  # fmt: skip
    return tuple(sorted(found, key=lambda one: (-one.customers, one.channel)))


def _horizon(days: int) -> None:
    if days not in HORIZONS:
        raise InvalidInput("no_such_horizon", f"{days} days cannot be foretold here.", fix="Use 91, 182 or 365 days.")


def _nothing(reason: str, days: int, until: date | None, currency: str) -> Lifetime:
    none = Range(0.0, 0.0, 0.0)
    check = Check("too_short", "", None, 0, 0.0, 0, None, None, ())
    return Lifetime(
        False, reason, until, days, currency, "sales", 0, none, none, none, DISCOUNT, check, (), ()
    )  # fmt: skip
