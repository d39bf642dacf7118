"""The door of the storey “one measure”: what pages, API, command line and notebook may ask about the whole shop.

Every answer is of the marts' last version (`as_of`), and of an empty shop too: zeros, no rows, `ready` false.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property, partial
from typing import TYPE_CHECKING, Literal

from choral.analytics import campaigns, causality, marts, orders, people, reached, sales
from choral.analytics.experiments.values import MeasuredEffect
from choral.analytics.reading import Desk, Reading
from choral.analytics.values import (
    AsOf,
    By,
    Campaign,
    CampaignRow,
    Choice,
    Order,
    OrderPage,
    OrderRow,
    Overview,
    ProductRow,
    ReachedPage,
    Rfm,
    RfmCustomer,
    RfmPage,
    Sales,
    SlippingPage,
    Split,
)  # fmt: skip
from choral.events.store import EventLog
from choral.home import Home

if TYPE_CHECKING:
    import pyarrow

    from choral.analytics.affinity.door import ChannelAffinity
    from choral.analytics.attribution.door import Attribution
    from choral.analytics.boards.door import Boards
    from choral.analytics.experiments.door import Experiments
    from choral.analytics.findings.door import Findings
    from choral.analytics.geo.door import Geo
    from choral.analytics.journeys.door import Journeys
    from choral.analytics.lifetime.door import LifetimeValue
    from choral.analytics.metrics.door import Metrics
    from choral.analytics.metrics.values import Compare, Figures, Metric, MetricSplit
    from choral.analytics.mix.door import Measured, Mix
    from choral.analytics.plots import Plots
    from choral.analytics.tables import Table, Tables
    from choral.analytics.uplift.door import Uplift
    from choral.customers.door import Customers

_YEAR = timedelta(days=364)  # both days included: the range that pages open with
__all__ = ["Analytics", "Choice"]


class Analytics:
    """Figures of one shop. Days are days of the shop's time zone; amounts minor units of `as_of().currency`."""

    def __init__(self, home: Home, log: EventLog, customers: Callable[[], Customers] | None = None) -> None:
        """`customers`: the storey below, asked for audiences and for who may not be profiled."""
        self._home = home
        self._log = log
        self.customers = customers
        self._desk = Desk(home.lake, home.time_zone, home.currency, os.environ.get("CHORAL_ENGINE_URL"))

    def close(self) -> None:
        """Let go of the engine and its threads."""
        self._desk.close()

    def refresh(self, identity_map: pyarrow.Table, identity_version: int) -> bool:
        """Bring the marts up to the lake and to identity (`identifier` text, `customer` int64); whether they changed.

        The worker's: one process at a time.
        """
        return self._desk.refresh(identity_map, identity_version)

    def forget_old(self) -> int:
        """Delete earlier versions of the marts and all kept answers, after an erasure; how many files. The worker's."""
        return marts.forget_old(self._home.lake)

    def prepare(self) -> None:
        """Work out and keep what the first pages ask and takes long, so that nobody waits for it; the worker's."""
        self.campaigns()
        self.journeys.prepare()
        people.prepare(*self._now())
        self.lifetime.prepare()
        self.attribution.prepare()
        until = self.as_of().until
        if until is not None:
            self.overview(max(until - _YEAR, self.as_of().since or until), until)
            self.overview()
        self.affinity.prepare()
        self.findings.prepare()
        self.boards.prepare()

    def as_of(self) -> AsOf:
        """What all figures rest on: up to which event, which days, which currency; whether there are any."""
        return self._desk.as_of()

    def reading(self) -> Reading | None:
        """One consistent look at the marts, for the rooms of this storey; None before the first refresh."""
        return self._desk.reading()

    def overview(self, since: date | None = None, until: date | None = None) -> Overview:
        """Headline figures with the period of the same length before; by default all days of the data."""
        return sales.overview(*self._now(), since, until)

    def sales(self, by: By = "week", split: Split | None = None, choice: Choice | None = None) -> Sales:
        """Net sales over time (the eight biggest series and the rest), reconciled with `orders` to the cent.

        `choice` may hold days, channel, store, department, currency; `InvalidInput` `choice_not_possible` for others.
        """
        return sales.sales(*self._now(), by, split, choice or Choice())

    def metric(
        self, key: str, by: By = "week", split: MetricSplit | None = None, choice: Choice | None = None,
        compare: Compare | None = "previous", most: int = 8,
    ) -> Figures:  # fmt: skip
        """A metric over time, by its definition in the catalogue: the whole, and its `most` biggest parts by `split`.

        `choice` may hold days and, where the metric knows them, channel, store, department; by default all days.
        `compare` is `previous` (as many days just before), `year` (the same weekdays 52 weeks before) or None.
        `NotFound` `no_such_metric`; `InvalidInput` `no_such_split`, `choice_not_possible`.
        """
        return self._metrics.figures(key, by, split, choice, compare, most)

    def metrics(self) -> tuple[Metric, ...]:
        """The catalogue: every metric with its meaning, formula, unit, splits and owner."""
        return self._metrics.all()

    def orders(
        self,
        choice: Choice | None = None,
        sort: Literal["at", "amount", "lines"] = "at",
        descending: bool = True,
        after: str | None = None,
        limit: int = 50,
    ) -> OrderPage:
        """The orders and refunds behind a figure, a page at a time; `after` is the last page's `next`.

        With a department or a product: orders that have such a line, and `amount` sums those lines only.
        """
        return orders.page(*self._now(), choice or Choice(), sort, descending, after, limit)

    def order_rows(
        self, choice: Choice | None = None, sort: Literal["at", "amount", "lines"] = "at", descending: bool = True
    ) -> Iterator[OrderRow]:
        """Every order of a choice, read in pieces, for an export."""
        return orders.every(*self._now(), choice or Choice(), sort, descending)

    def order(self, key: int | str) -> Order:
        """One order by log position (int, or digits) or order number, with its lines; `NotFound` without any.

        Of several events with one order number the first purchase is given.
        """
        return orders.one(self._desk.reading(), key)

    def products(
        self,
        by: Literal["product", "category", "department"] = "product",
        choice: Choice | None = None,
        limit: int = 20,
    ) -> tuple[ProductRow, ...]:
        """What sold most, by net amount."""
        return sales.products(self._desk.reading(), by, choice or Choice(), limit)

    def campaigns(self) -> tuple[CampaignRow, ...]:
        """All campaigns, newest first, each with its effect or why there is none (`verdict`), and what it proves."""
        tests = self._campaign_tests()
        return tuple(causality.marked(row, tests) for row in campaigns.campaigns(self._desk.reading()))

    def campaign(self, campaign_id: str) -> Campaign:
        """One campaign measured against customers alike before it who did not get it; `NotFound` without such one.

        Method, assumptions and limits: docs/decisions/0003-campaign-effects.md.
        """
        found = campaigns.campaign(self._desk.reading(), campaign_id)
        return replace(found, row=causality.marked(found.row, self._campaign_tests()))

    def reached(
        self, campaign_id: str, redeemed: bool = False, after: str | None = None, limit: int = 50
    ) -> ReachedPage:
        """The customers who got a campaign, or who redeemed a coupon of it; who bought most on its days first."""
        return reached.reached(self._desk.reading(), campaign_id, redeemed, after, limit)

    def rfm(self) -> Rfm:
        """The grid of recency and frequency with its segments."""
        return people.rfm(*self._now())

    def rfm_customers(
        self, segment: str | None = None, cell: tuple[int, int] | None = None, after: str | None = None, limit: int = 50
    ) -> RfmPage:
        """Customers of a segment or of a cell (recency, frequency), biggest amount first; of all without either.

        Those about whom nothing may be concluded one by one are left out; the grid counts them."""
        return people.rfm_customers(*self._now(), segment, cell, after, limit, self._not_profiled())

    def rfm_of(self, customer: str) -> RfmCustomer | None:
        """One customer's place in the grid; None when they never ordered."""
        return people.rfm_of(*self._now(), customer)

    def slipping(self, after: str | None = None, limit: int = 50) -> SlippingPage:
        """Customers whose silence is long for them (at least five days with orders), most value at risk first; those
        about whom nothing may be concluded one by one are left out."""
        return people.slipping(*self._now(), after, limit, self._not_profiled())

    @cached_property
    def lifetime(self) -> LifetimeValue:
        """What customers will still bring, one by one and by the channel they came from."""
        from choral.analytics.lifetime.door import LifetimeValue  # deferred: scipy, 200 ms

        return LifetimeValue(self._desk.reading, self._not_profiled)

    def sql(self, query: str, most: int = 100_000, seconds: float = 30.0) -> Table:
        """A reader's own SELECT over `tables` (read only, no files, no network); at most `most` rows.

        Raises `InvalidInput`: `not_a_select`, `sql_refused` (with the engine's words), `took_too_long`.
        """
        return self.tables.sql(query, most, seconds)

    @cached_property
    def affinity(self) -> ChannelAffinity:
        """Which channel works for which customers."""
        from choral.analytics.affinity.door import ChannelAffinity  # deferred: scipy, and most callers never need it

        return ChannelAffinity(self._desk.reading, self.lifetime.risks, self.customers)

    @cached_property
    def findings(self) -> Findings:
        """What changed, why, and what to do about it."""
        from choral.analytics.findings.door import Findings  # deferred: loaded by those who ask

        return Findings(self._home.lake, self._desk)

    def sql_apart(self, query: str, most: int = 10_000, seconds: float = 20.0) -> pyarrow.Table:
        """The same at once, in a process of its own with limits on memory, time and size: for people who are not the
        shop's own programs. Raises what `sql` raises, `InvalidInput` `answer_too_large`, and `Unavailable`
        (`too_much_memory`, `sql_busy`)."""
        return self.tables.apart(query, most, seconds)

    @cached_property
    def boards(self) -> Boards:
        """Saved boards, notes on days, saved queries, and boards sent by e-mail."""
        from choral.analytics.boards.door import Boards  # deferred: loaded by those who ask

        return Boards(self._home, self)

    @cached_property
    def _metrics(self) -> Metrics:
        from choral.analytics.metrics.door import Metrics  # deferred: only what is asked is loaded

        return Metrics(self._desk)

    @cached_property
    def journeys(self) -> Journeys:
        """The ways of customers: `journeys.paths()`, `.funnel(...)`, `.cohorts()`, `.sequences()`."""
        from choral.analytics.journeys.door import Journeys  # deferred: scipy

        return Journeys(self)

    @cached_property
    def attribution(self) -> Attribution:
        """Which channels, campaigns and creatives orders are credited to, by several models side by side."""
        from choral.analytics.attribution.door import Attribution  # deferred: only its pages need scipy

        return Attribution(self, self._desk.reading)

    @cached_property
    def uplift(self) -> Uplift:
        """Who responds to what was tried in an experiment."""
        from choral.analytics.uplift.door import Uplift  # deferred: scipy

        return Uplift(self.experiments, self._not_profiled)

    @cached_property
    def tables(self) -> Tables:
        """The shop's tables for analysts: `tables.orders.head()`, `.to_polars()`, `.to_pandas()`, `.to_arrow()`."""
        from choral.analytics.tables import Tables  # deferred: only analysts need it

        return Tables(self._home.lake, self._desk)

    @cached_property
    def mix(self) -> Mix:
        """Media spend, what channels brought by it, and where the next money goes."""
        from choral.analytics.mix.door import Mix  # deferred: needs scipy

        return Mix(self._home.lake, self._now, self.campaigns, self.campaign, self._measured_media)

    @cached_property
    def plot(self) -> Plots:
        """The pictures of the console as Altair charts (needs the `notebook` extra)."""
        from choral.analytics.plots import Plots  # deferred: needs an optional extra

        return Plots(self)

    @cached_property
    def geo(self) -> Geo:
        """What a change in some stores or regions brought; tests in areas, planned and read."""
        from choral.analytics.geo.door import Geo  # deferred: its book needs Django's models

        return Geo(self._desk)

    @cached_property
    def experiments(self) -> Experiments:
        """Randomised tests and hold-outs: plan, draw, read out."""
        from choral.analytics.experiments.door import Experiments  # deferred: scipy, and most callers never need it

        return Experiments(self._home, self._desk, self.customers)

    def _campaign_tests(self) -> dict[str, tuple[MeasuredEffect, ...]]:
        """What the randomised tests of campaigns showed in their first outcome, by campaign."""
        reading, found = self._desk.reading(), dict[str, tuple[MeasuredEffect, ...]]()
        tested = [row.experiment for row in self.experiments.list() if row.units and row.experiment.plan.campaign_id]
        if reading is None:
            return found
        for one in tested:
            asked = partial(self.experiments.effects, one.key)
            effects = reading.lasting(f"measured {one}", tuple[MeasuredEffect, ...], asked)
            found[one.plan.campaign_id] = (
                *found.get(one.plan.campaign_id, ()),
                *(each for each in effects if each.outcome == one.plan.primary),
            )
        return found

    def _now(self) -> tuple[Reading | None, AsOf]:
        """One look at the marts of now, for all figures of one answer."""
        reading = self._desk.reading()
        return reading, reading.as_of if reading else self._desk.as_of()

    def _measured_media(self) -> tuple[Measured, ...]:
        """What experiments found of each channel, all together, for the media mix; kept until the marts change."""
        from choral.analytics.mix.door import Measured  # deferred: needs scipy

        reading, as_of = self._now()
        since, until = as_of.since, as_of.until
        if reading is None or since is None or until is None:
            return ()
        return reading.lasting(
            "media measured 1", tuple[Measured, ...],
            lambda: tuple(
                Measured(one.channel, since, until, one.interval.effect * one.treated, one.error * one.treated,
                         one.cost * one.treated)
                for one in self.experiments.channels("sales") if one.cost and one.treated and one.error > 0
            ),
        )  # fmt: skip

    def _not_profiled(self) -> set[int]:
        """The customers about whom nothing may be concluded one by one: restricted, opted out, minors."""
        return self.customers().privacy.restricted("profiling") if self.customers else set()
