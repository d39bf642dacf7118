"""Small towns and random trees: the same histories as columns for the compiled form and as persons for the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pyarrow
import pyarrow.parquet
from hypothesis import strategies as st

from choral.core.clock import DAY, HOUR
from choral.core.event import Event
from choral.customers.audiences import columns, counting, matchers, tree
from choral.customers.audiences.evaluate import Hit, Person
from choral.customers.audiences.plain import plain
from choral.customers.audiences.stated import of_json, stated_rows, table_of
from choral.customers.audiences.tree import DATED, Filter, Step, Test, Window
from choral.customers.audiences.windows import Moment
from choral.customers.profiles.rules import IDENTIFIED, ORDER, REFUND, UNCOUNTED, Seen, traits
from choral.events.lake import place
from choral.events.lake.rows import Placed, event_rows, order_line_rows

NOW = Moment(1_700_000_000_000_000, "Europe/Paris")
EUR = "EUR"
CATALOGUE = {
    "p1": matchers.Product("Food", "Wine", "Rossi"),
    "p2": matchers.Product("Food", "Cheese", None),
    "p3": matchers.Product("Home", None, "Rossi"),
}
NAMES = ("Page Viewed", "Product Added", ORDER, REFUND, "Audience Entered")
KINDS = ("card", "email", "anonymous")

Happening = tuple[int, Event]  # person's number, event


@st.composite
def happenings(draw: st.DrawFn) -> Happening:
    """One event of one of six people, most of them at times where windows turn."""
    person = draw(st.integers(0, 5))
    name = draw(st.sampled_from((*NAMES, IDENTIFIED)))
    at = NOW.now - draw(st.integers(-2, 10)) * DAY - draw(st.sampled_from((0, 0, 1, -1, HOUR, 5 * HOUR)))
    said: dict[str, Any] = draw(st.fixed_dictionaries({}, optional={
        "coupon": st.sampled_from(("ÉTÉ", "ete10", "", 12, 12.5, "12", True, None, ["a"])),
        "rank": st.sampled_from((0, 1, 2.5, -3, "2.5", False)),
    }))  # fmt: skip
    if name in (ORDER, REFUND):
        said["products"] = draw(st.lists(st.fixed_dictionaries(
            {"product_id": st.sampled_from((*CATALOGUE, "p9")), "quantity": st.sampled_from((1, 2, 0.5)),
             "price": st.sampled_from((1, 2.5, 10))},
            optional={"category": st.sampled_from(("Wine", "Toys"))}), max_size=3))  # fmt: skip
    if name == IDENTIFIED:
        said = draw(st.fixed_dictionaries({}, optional={
            "plan": st.sampled_from(("gold", "Or", 3, "3", True, ["gold", "x"], {"a": 1}, None)),
            "since": st.one_of(
                st.dates(date(2023, 11, 5), date(2023, 11, 25)), st.dates(date(1988, 11, 5), date(1988, 11, 25))
            ).map(str),
        }))  # fmt: skip
    amount = draw(st.sampled_from((None, 100, 250, 999))) if name in (ORDER, REFUND) else None
    currency = draw(st.sampled_from((EUR, EUR, "CHF"))) if amount is not None else None
    return person, Event(
        "", name, at, (f"{draw(st.sampled_from(KINDS))}:{person}",), draw(st.sampled_from(("web", "store"))), amount,
        currency, msgspec.Raw(msgspec.json.encode(said)),
    )  # fmt: skip


_words = st.sampled_from(("gold", "or", "ét", "3", "12", "true", "zzz", 12, 12.5, 3))
_bounds = st.sampled_from((0, 1, 2, 2.5, 100, 350, -1))
tests_of_values = st.one_of(
    st.builds(lambda words: Test("in", tuple(words)), st.lists(_words, min_size=1, max_size=2)),
    st.builds(lambda word: Test("is", (word,)), _words),
    st.builds(lambda word: Test("contains", (word,)), _words),
    st.builds(lambda how, days: Test(how, (days,)), st.sampled_from(DATED), st.integers(0, 9)),
    st.builds(lambda how: Test(how), st.sampled_from(("known", "unknown"))),
)
tests_of_numbers = st.one_of(
    st.builds(lambda how, one: Test(how, (one,)),
              st.sampled_from(("at_least", "at_most", "more", "less", "is")), _bounds),
    st.builds(lambda one, more: Test("between", (one, one + more)), _bounds, st.sampled_from((0, 1, 100))),
)  # fmt: skip
windows = st.one_of(
    st.none(),
    st.builds(lambda when, days: Window(when, days), st.sampled_from(("last", "before")), st.integers(1, 9)),
    st.builds(lambda since, until: Window("between", None, since, until),
              st.one_of(st.none(), st.dates(date(2023, 11, 6), date(2023, 11, 14))),
              st.one_of(st.none(), st.dates(date(2023, 11, 10), date(2023, 11, 17)))),
)  # fmt: skip
windows = windows.filter(lambda one: one is None or one.when != "between" or bool(one.since or one.until))
real_windows = windows.filter(lambda one: one is not None)
filters = st.builds(
    Filter, st.sampled_from(("coupon", "rank", "channel", "amount")),
    st.one_of(tests_of_values.filter(lambda one: one.how not in DATED), tests_of_numbers),
)  # fmt: skip
wheres = st.lists(filters, max_size=1).map(tuple)
steps = st.builds(Step, st.sampled_from(NAMES), wheres)
happened = st.one_of(
    st.builds(tree.Happened, st.sampled_from(NAMES), wheres, windows, st.sampled_from(("count", "sum")),
              st.sampled_from(("amount", "rank")), tests_of_numbers),
    st.builds(tree.Happened, st.sampled_from(NAMES), wheres, real_windows, st.sampled_from(("first", "last"))),
)  # fmt: skip
bought = st.one_of(
    *(
        st.builds(tree.Bought, st.just(by), st.lists(st.sampled_from(values), min_size=1, max_size=2).map(tuple),
                  st.sampled_from(("orders", "quantity", "amount")), windows, tests_of_numbers)
        for by, values in (("product", ("p1", "p9")), ("category", ("Wine", "Toys")), ("department", ("Food", "Home")),
                           ("brand", ("Rossi",)))
    )
)  # fmt: skip
leaf_strategies = {
    "trait": st.builds(tree.Trait, st.sampled_from(("plan", "since")), st.one_of(tests_of_values, tests_of_numbers)),
    "personal": st.builds(tree.Personal, st.just("city"), tests_of_values),
    "seen": st.builds(tree.Seen, st.sampled_from(("first", "last")), real_windows),
    "total": st.builds(tree.Total, st.sampled_from(("orders", "revenue", "events")), tests_of_numbers),
    "event": happened,
    "sequence": st.builds(tree.Sequence, steps, steps, st.sampled_from((None, 5, 24, 72)), st.booleans(), windows),
    "bought": bought,
    "channel": st.builds(tree.Channel, st.sampled_from(("web", "store", "app")),
                         st.sampled_from(("used", "not_used", "preferred")), st.sampled_from((None, 3))),
    "consent": st.builds(tree.Consent, st.just("marketing"), st.sampled_from(("email", "sms")), st.booleans()),
    "attribute": st.builds(tree.Attribute, st.just("segment"), st.lists(st.sampled_from("ab"), min_size=1).map(tuple)),
    "audience": st.builds(tree.Member, st.sampled_from(("other", "list"))),
    "identifier": st.builds(tree.Identifier, st.sampled_from(KINDS), st.booleans()),
}  # fmt: skip
any_leaf = st.one_of(*leaf_strategies.values())
trees = st.recursive(
    any_leaf,
    lambda below: st.one_of(
        st.builds(tree.All, st.lists(below, min_size=1, max_size=3).map(tuple)),
        st.builds(tree.Some, st.lists(below, min_size=1, max_size=3).map(tuple)),
        st.builds(tree.Not, below),
    ),
    max_leaves=4,
)
OTHERS = {"other": tree.All((tree.Channel("store"), tree.Total("events", Test("at_least", (2,)))))}
BESIDE: dict[str, list[tuple[Any, ...]]] = {
    "personal": [(0, "city", *plain("Lyon")), (1, "city", *plain("Châlons")), (2, "city", *plain("gold"))],
    "consents": [(0, "marketing", "email"), (3, "marketing", "sms"), (3, "marketing", "email")],
    "attributes": [(0, "segment", "a"), (1, "segment", "b"), (4, "segment", "a")],
    "lists": [(2, "list"), (5, "list")],
    "restricted": [],
}


class Town:
    """Six people and what happened to them; customer and number are one."""

    def __init__(self, history: Sequence[Happening], folder: Path) -> None:
        self.seen = [Seen(position, "s", event) for position, (_, event) in enumerate(history, 1)]
        self.owner = [person for person, _ in history]
        self.folder = folder
        self.keys = {(person, kind): 10 * person + rank for person in range(6) for rank, kind in enumerate(KINDS)}

    def counting(self) -> counting.Counting:
        """The compiled form's tables."""
        return counting.Counting(counting.Given(self.scans(), EUR, _beside, lambda table: ""))

    def scans(self) -> dict[str, str]:
        placed = [Placed(one.position, one.source, 0, one.event) for one in self.seen]
        events, lines = event_rows(placed), order_line_rows(placed)
        key = {one.event.ids[0]: self._key(one) for one in self.seen}
        identified = [one for one in self.seen if one.event.name == IDENTIFIED]
        told = pyarrow.table(
            {"key": [self._key(one) for one in identified], "source": ["s"] * len(identified),
             "at": [one.event.at for one in identified],
             "properties": [bytes(one.event.properties).decode() for one in identified]}
        )  # fmt: skip
        tables = {
            "events": _keyed(events, key, "events"),
            "lines": _keyed(lines, key, "lines"),
            "traits": stated_rows(told, columns.SCHEMAS["traits"]),
            "ids": table_of([(key, person, kind) for (person, kind), key in sorted(self.keys.items())
                             if kind in self._kinds(person)], columns.SCHEMAS["ids"]),
            "people": table_of([(one, one, one != 5) for one in range(6)], columns.SCHEMAS["people"]),
            "products": pyarrow.table(
                {"product_id": list(CATALOGUE), "name": list(CATALOGUE),
                 **{part: pyarrow.array([getattr(one, part) for one in CATALOGUE.values()], pyarrow.string())
                    for part in ("department", "category", "brand")}}),
        }  # fmt: skip
        for name, table in tables.items():
            pyarrow.parquet.write_table(table, self.folder / f"{name}.parquet")
        return {name: f"read_parquet({place.quoted(str(self.folder / f'{name}.parquet'))})" for name in tables}

    def person(self, number: int, wanted: Sequence[tree.Condition]) -> Person:
        """The other form's facts."""
        mine = [one for one, owner in zip(self.seen, self.owner, strict=True) if owner == number]
        hits: defaultdict[str, list[Hit]] = defaultdict(list)
        for _, noted in matchers.noted(mine, matchers.all_of(wanted), EUR, CATALOGUE):
            hits[noted.matcher].append(Hit(noted.at, noted.position, noted.number))
        stated: dict[str, tuple[int, str, str]] = {}
        for one in mine:
            for name, value in traits(one.event):
                told = (one.event.at, value, one.source)
                stated[name] = max(stated.get(name, told), told)
        met = [one.event for one in mine if one.event.name not in UNCOUNTED]
        channels: defaultdict[str, list[int]] = defaultdict(list)
        for event in met:
            channels[event.channel].append(event.at)
        return Person(
            known=number != 5,
            hits={key: sorted(found) for key, found in hits.items()},
            traits={name: of_json(value) for name, (_, value, _) in stated.items()},
            personal={row[1]: plain(row[2][0]) for row in BESIDE["personal"] if row[0] == number},
            kinds=frozenset(self._kinds(number)),
            channels={name: (len(times), max(times)) for name, times in channels.items()},
            orders=sum(event.name == ORDER for event in met),
            revenue=sum((event.amount or 0) * (1 if event.name == ORDER else -1) for event in met
                        if event.name in (ORDER, REFUND) and event.currency == EUR),
            events=len(met),
            first_at=min((event.at for event in met), default=0),
            last_at=max((event.at for event in met), default=0),
            consents=frozenset((row[1], row[2]) for row in BESIDE["consents"] if row[0] == number),
            attributes={row[1]: row[2] for row in BESIDE["attributes"] if row[0] == number},
            audiences=frozenset(row[1] for row in BESIDE["lists"] if row[0] == number),
        )  # fmt: skip

    def _kinds(self, person: int) -> set[str]:
        return {one.event.ids[0].partition(":")[0] for one, owner in zip(self.seen, self.owner, strict=True)
                if owner == person}  # fmt: skip

    def _key(self, one: Seen) -> int:
        kind, _, person = one.event.ids[0].partition(":")
        return self.keys[int(person), kind]


def _beside(table: str) -> pyarrow.Table:
    return table_of(BESIDE[table], counting.BESIDE[table])


def _keyed(table: pyarrow.Table, keys: dict[str, int], name: str) -> pyarrow.Table:
    schema = columns.SCHEMAS[name]
    found = [pyarrow.array([keys[text] for text in table.column("subject").to_pylist()], pyarrow.int64())]
    found += [
        table.column("at" if field.name == "happened" else field.name).cast(field.type) for field in list(schema)[1:]
    ]
    return pyarrow.Table.from_arrays(found, schema=schema)
