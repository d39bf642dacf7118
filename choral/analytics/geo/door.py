"""The door of areas: studies of what a change in some stores or regions brought, and plans for tests."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from choral.analytics.geo import design, panel, queries
from choral.analytics.geo.finding import find
from choral.analytics.geo.panel import Panel
from choral.analytics.geo.values import Design, Finding, Grain, Imported, Outcome, Plan, Question, Study, Unit
from choral.core.errors import InvalidInput

if TYPE_CHECKING:
    from choral.analytics.reading import Desk, Reading

STORES = "stores"
_METHOD = 1  # raise it whenever an answer would come out differently
FEWEST_BEFORE = 25
__all__ = ["Geo", "Question"]


class Geo:
    """Tests in areas and synthetic control. Days are days of the shop's time zone; sales net, in minor units.

    Changes go through `choral.analytics.geo.actions`: `keep_study`, `remove_study`, `keep_table` and their ways back.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def studies(self) -> list[Study]:
        """The studies kept, the last changed first."""
        return queries.studies()

    def study(self, study_id: str) -> Study:
        """One of them; `NotFound` `no_such_study`."""
        return queries.study(study_id)

    def answer(self, question: Question) -> Finding:
        """What the change brought: the areas changed against a weighted mix of the others (synthetic control).

        Method, tests and limits: docs/decisions/0018-geo-and-uplift.md. Raises `NotFound` `no_such_table`.
        """
        reading = self._desk.reading()
        if question.source != STORES:
            return find(queries.panel(question.source), question, "", {})
        if reading is None:
            return find(Panel((), (), 1, panel.EMPTY), question, self._desk.as_of().currency, {})
        key = f"geo {_METHOD} {question}"
        return reading.lasting(key, Finding, lambda: self._of_stores(reading, question))

    def compare(self, table: Panel, question: Question) -> Finding:
        """The same over a panel of one's own (days × units), kept nowhere."""
        return find(table, question, "", {})

    def plan(
        self, units: int = 2, length: int = 4, grain: Grain = "week", outcome: Outcome = "sales", source: str = STORES
    ) -> Design:
        """Which `units` to change in a test of `length` periods so that it finds the smallest lift, with its power.

        Raises `InvalidInput` `bad_design`.
        """
        if not 1 <= units <= 20 or not 1 <= length <= 120:
            raise InvalidInput("bad_design", "A test changes 1 to 20 areas for 1 to 120 periods.", status=422)
        reading = self._desk.reading()
        currency = self._currency(source, outcome)
        if source == STORES and reading is not None:
            key = f"geo plan {_METHOD} {units} {length} {grain} {outcome}"
            made = lambda: self._planned(units, length, grain, outcome, source, currency)  # noqa: E731
            return reading.lasting(key, Design, made)
        return self._planned(units, length, grain, outcome, source, currency)

    def units(self, source: str = STORES, outcome: Outcome = "sales") -> tuple[Unit, ...]:
        """The stores or areas one can compare, biggest first."""
        table = self._panel(source, outcome)
        names = self._names() if source == STORES else {}
        means = table.values.mean(axis=0) if len(table.starts) else []
        found = [Unit(unit, names.get(unit, unit), float(mean)) for unit, mean in zip(table.units, means, strict=True)]
        return tuple(sorted(found, key=lambda one: (-one.mean, one.id)))

    def days(self, source: str = STORES) -> tuple[date, date] | None:
        """The first and last day there are figures of; None without any."""
        table = self._panel(source, "orders")
        return (table.starts[0], table.starts[-1]) if table.starts else None

    def tables(self) -> list[Imported]:
        """Imported tables of areas."""
        return queries.tables()

    def table(self, table_id: str) -> Imported:
        """One of them; `NotFound` `no_such_table`."""
        return queries.table(table_id)

    def _of_stores(self, reading: Reading, question: Question) -> Finding:
        table = _of_stores(reading, question.outcome)
        return find(table, question, self._currency(STORES, question.outcome), self._names())

    def _planned(
        self, units: int, length: int, grain: Grain, outcome: Outcome, source: str, currency: str
    ) -> Design:  # fmt: skip
        days = self._panel(source, outcome)
        table, before = panel.past(days, grain)
        names = self._names() if source == STORES else {}
        trials, found = design.candidates(table.values, units, length, FEWEST_BEFORE)
        reason = "" if found else ("too_few_periods" if not trials else "too_few_units")
        whole = float(table.values.sum()) or 1.0
        plans = tuple(
            Plan(
                tuple(table.units[place] for place in one.places),
                tuple(names.get(table.units[place], table.units[place]) for place in one.places),
                one.smallest, one.power, one.followed, float(table.values[:, list(one.places)].sum()) / whole,
            )
            for one in found
        )  # fmt: skip
        return Design(source, outcome, grain, currency, length, before, trials, design.LIFTS, plans, reason)

    def _panel(self, source: str, outcome: Outcome) -> Panel:
        if source != STORES:
            return queries.panel(source)
        reading = self._desk.reading()
        return _of_stores(reading, outcome) if reading else Panel((), (), 1, panel.EMPTY)

    def _names(self) -> dict[str, str]:
        reading = self._desk.reading()
        if reading is None:
            return {}
        said = reading.whole("SELECT store_id, any_value(name) AS name FROM stores WHERE name IS NOT NULL GROUP BY 1")
        return {row["store_id"]: row["name"] for row in said}

    def _currency(self, source: str, outcome: Outcome) -> str:
        return self._desk.as_of().currency if source == STORES and outcome == "sales" else ""


def _of_stores(reading: Reading, outcome: Outcome) -> Panel:
    """Net sales in the shop's currency, or orders, of each store on each day of the data."""
    since, until = reading.as_of.since, reading.as_of.until
    if since is None or until is None:
        return Panel((), (), 1, panel.EMPTY)
    column = "amount" if outcome == "sales" else "orders"
    said = reading.table(
        "SELECT 1 AS nothing LIMIT 0",
        f"""SELECT store_id, "day" - $since::DATE AS at, sum({column})::DOUBLE AS value FROM order_sums_by_day
            WHERE currency = $currency AND store_id <> '' GROUP BY ALL ORDER BY ALL""",  # noqa: S608 - our two names
        {"currency": reading.as_of.currency, "since": since},
    )
    stores = said.column("store_id").combine_chunks().dictionary_encode()
    units = tuple(str(one) for one in stores.dictionary.to_pylist())
    values = np.zeros(((until - since).days + 1, len(units)))
    values[said.column("at").to_numpy(), stores.indices.to_numpy()] = said.column("value").to_numpy()
    days = tuple(since + timedelta(days=number) for number in range(len(values)))
    return Panel(units, days, 1, values)
