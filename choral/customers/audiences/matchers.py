"""Which events a condition is about, without its window and its count: what is noted of each event as it arrives.

The same matcher decides for one event in memory (here) and for all of them as SQL (`compile.py`). Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from choral.core.event import Event
from choral.customers.audiences import tree
from choral.customers.audiences.plain import Plain, passes, plain
from choral.customers.audiences.tree import Bought, Condition, Filter, Happened, Step, key_of, leaves
from choral.customers.profiles.rules import ORDER, REFUND, Seen
from choral.events.lake.rows import Placed, order_line_rows


class Product(NamedTuple):
    """What the catalogue says of a product."""

    department: str | None
    category: str | None
    brand: str | None


Catalogue = Mapping[str, Product]


class ByEvent(msgspec.Struct, frozen=True, tag="event"):
    """Events of a name that pass the filters; each counts `of` (amount, or a numeric property), or one."""

    event: str
    where: tuple[Filter, ...] = ()
    of: str = ""


class ByLine(msgspec.Struct, frozen=True, tag="line"):
    """Orders and refunds with lines of these products, categories, departments or brands."""

    by: str
    values: tuple[str, ...]
    measure: str = "orders"


Matcher = ByEvent | ByLine
_any = msgspec.json.Decoder()


def matchers_of(leaf: Condition) -> tuple[Matcher, ...]:
    """What a leaf needs noted; nothing for one that asks no events."""
    if isinstance(leaf, Happened):
        return (ByEvent(leaf.event, leaf.where, leaf.of if leaf.measure == "sum" else ""),)
    if isinstance(leaf, tree.Sequence):
        return of_step(leaf.first), of_step(leaf.then)
    if isinstance(leaf, Bought):
        return (ByLine(leaf.by, leaf.values, leaf.measure),)
    return ()


def of_step(step: Step) -> Matcher:
    return ByEvent(step.event, step.where)


def all_of(trees: Iterable[Condition]) -> dict[str, Matcher]:
    """The matchers of whole trees by their keys."""
    found = {}
    for one in trees:
        for leaf in leaves(one):
            for matcher in matchers_of(leaf):
                found[key_of(matcher)] = matcher
    return found


class Noted(NamedTuple):
    """An event that a matcher counts: `number` is what it adds to the count or the sum."""

    matcher: str
    position: int
    at: int
    number: float


def noted(
    batch: Sequence[Seen], matchers: Mapping[str, Matcher], currency: str, catalogue: Catalogue
) -> Iterator[tuple[Event, Noted]]:
    """What these matchers note of a batch, with the event each is of."""
    by_name: defaultdict[str, list[tuple[str, ByEvent]]] = defaultdict(list)
    by_line: list[tuple[str, ByLine]] = []
    for key, matcher in matchers.items():
        if isinstance(matcher, ByEvent):
            by_name[matcher.event].append((key, matcher))
        else:
            by_line.append((key, matcher))
    for seen in batch:
        for key, matcher in by_name.get(seen.event.name, ()):
            if (number := _of_event(matcher, seen.event, currency)) is not None:
                yield seen.event, Noted(key, seen.position, seen.event.at, number)
    orders = {seen.position: seen for seen in batch if seen.event.name in (ORDER, REFUND)} if by_line else {}
    for position, lines in _lines(orders.values()).items():
        seen = orders[position]
        for key, by in by_line:
            if (number := _of_lines(by, lines, currency, catalogue)) is not None:
                yield seen.event, Noted(key, position, seen.event.at, number)


def _of_event(matcher: ByEvent, event: Event, currency: str) -> float | None:
    """What an event of the matcher's name adds, None when it does not match."""
    said = _said(event) if matcher.where or matcher.of not in ("", "amount") else {}
    if not all(passes(one.test, _property(event, said, one.property), None) for one in matcher.where):
        return None
    if not matcher.of:
        return 1.0
    if matcher.of == "amount":
        return event.amount if event.amount is not None and event.currency == currency else None
    return plain(said.get(matcher.of)).number


def _said(event: Event) -> dict[str, Any]:
    try:
        found = _any.decode(event.properties)
    except msgspec.DecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def _property(event: Event, said: Mapping[str, Any], name: str) -> Plain | None:
    value = event.channel if name == "channel" else event.amount if name == "amount" else said.get(name)
    return None if value is None or isinstance(value, list | dict) else plain(value)


def _lines(orders: Iterable[Seen]) -> dict[int, list[dict[str, Any]]]:
    """The lines of these orders as the lake holds them, by the position of the order."""
    table = order_line_rows([Placed(one.position, one.source, 0, one.event) for one in orders])
    found: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for line in table.select(
        ["position", "returned", "product_id", "category", "quantity", "total", "currency"]
    ).to_pylist():
        found[line["position"]].append(line)
    return found


def _of_lines(matcher: ByLine, lines: list[dict[str, Any]], currency: str, catalogue: Catalogue) -> float | None:
    wanted = [line for line in lines if _wanted(matcher, line["product_id"], line["category"], catalogue)]
    if not wanted or (matcher.measure == "orders" and wanted[0]["returned"]):
        return None
    if matcher.measure == "orders":
        return 1.0
    if matcher.measure == "quantity":
        return float(sum(line["quantity"] for line in wanted))
    return sum(line["total"] for line in wanted) if wanted[0]["currency"] == currency else None


def _wanted(matcher: ByLine, product: str | None, category: str | None, catalogue: Catalogue) -> bool:
    if matcher.by == "product":
        return product in matcher.values
    known = catalogue.get(product) if product else None
    if matcher.by == "category":
        return ((known.category if known else None) or category) in matcher.values
    return known is not None and getattr(known, matcher.by) in matcher.values
