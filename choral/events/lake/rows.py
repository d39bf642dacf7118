"""Batches of the log as columns: the rows of `events` and of `order_lines`. Pure: no file, no clock."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

import msgspec
import numpy as np
import pyarrow

from choral.core.event import Event, decode_lines
from choral.events.lake.amounts import LARGEST, minor_units, numbers
from choral.events.lake.tables import EVENTS, ORDER_LINES
from choral.events.store import Stored

ORDER = "Order Completed"
REFUND = "Order Refunded"


class Placed(NamedTuple):
    """An event with what only its batch knows."""

    position: int
    source: str
    received: int
    event: Event


class Line(msgspec.Struct, gc=False):
    """A product of an order; clients send any type, so nothing is believed."""

    product_id: Any = None
    sku: Any = None
    name: Any = None
    category: Any = None
    quantity: Any = None
    total: Any = None
    price: Any = None
    discount: Any = None


class Order(msgspec.Struct, gc=False):
    order_id: Any = None
    store_id: Any = None
    products: list[Line] = []


class _LooseOrder(msgspec.Struct, gc=False):
    order_id: Any = None
    store_id: Any = None
    products: Any = None


_order = msgspec.json.Decoder(Order)
_loose = msgspec.json.Decoder(_LooseOrder)


def placed(
    batches: Sequence[Stored], after: int, upto: int, excluded: Collection[int], withdrawn: Collection[str] = ()
) -> list[Placed]:
    """The events at positions after `after` up to `upto` that are not excluded, nor of a withdrawn source."""
    return [
        Placed(position, batch.source, batch.received_at, event)
        for batch in batches
        if batch.source not in withdrawn
        for position, event in enumerate(decode_lines(batch.payload), batch.first)
        if after < position <= upto and position not in excluded
    ]


def event_rows(events: Sequence[Placed]) -> pyarrow.Table:
    """The rows of `events`."""
    moments = [one.event.at for one in events]
    columns: list[Any] = [
        [one.position for one in events],
        moments,
        [one.received for one in events],
        [one.source for one in events],
        [one.event.id for one in events],
        [one.event.name for one in events],
        [one.event.channel for one in events],
        [one.event.ids[0] if one.event.ids else "" for one in events],
        [one.event.ids for one in events],
        [one.event.amount for one in events],
        [one.event.currency for one in events],
        [bytes(one.event.properties).decode() for one in events],
        [bytes(one.event.context).decode() for one in events],
        _months(moments),
    ]
    return _table(columns, EVENTS)


def order_line_rows(events: Sequence[Placed]) -> pyarrow.Table:
    """The rows of `order_lines`: one for each product of an order or a refund, numbered from 1.

    A line's `total` is what was paid for it (the client's `total`, else price times quantity). On a refund quantity,
    total and discount are negative and `returned` is true, so that sums are net. Where the event's own amount differs
    from the sum of its lines (shipping, tax, no lines at all) a line 0 without product carries the difference: the
    lines of an order always sum to its amount.
    """
    orders = [one for one in events if one.event.name in (ORDER, REFUND)]
    said = [_read(one.event.properties) for one in orders]
    lines = [line for order in said for line in order.products]
    owner = np.repeat(np.arange(len(orders)), [len(order.products) for order in said])
    currencies = [orders[index].event.currency for index in owner.tolist()]
    total = _totals(lines, currencies)
    discount = [value or 0 for value in minor_units([line.discount for line in lines], currencies)]
    quantity = [1.0 if line.quantity is None else value for line, value in zip(lines, _quantities(lines), strict=True)]
    number = _numbers(said)
    for index, rest in _rests(orders, owner, total):
        lines.append(Line())
        owner = np.append(owner, index)
        total.append(rest)
        discount.append(0)
        quantity.append(0.0)
        number.append(0)
    return _line_table(orders, said, lines, owner, number, quantity, total, discount)


def _line_table(
    orders: Sequence[Placed], said: Sequence[Order], lines: Sequence[Line], owner: Any,
    number: list[int], quantity: list[float], total: list[int], discount: list[int],
) -> pyarrow.Table:  # fmt: skip
    sign = np.array([-1 if one.event.name == REFUND else 1 for one in orders], dtype=np.int64)[owner]
    moments = [one.event.at for one in orders]

    def of_order(values: Sequence[Any], kind: pyarrow.DataType) -> pyarrow.Array:
        return pyarrow.array(values, kind).take(pyarrow.array(owner, pyarrow.int64()))

    text = pyarrow.string()
    columns: list[Any] = [
        of_order([one.position for one in orders], pyarrow.int64()),
        of_order(moments, pyarrow.timestamp("us", "UTC")),
        number,
        of_order([as_text(order.order_id) for order in said], text),
        of_order([one.event.channel for one in orders], text),
        of_order([as_text(order.store_id) for order in said], text),
        of_order([one.event.ids[0] if one.event.ids else "" for one in orders], text),
        sign < 0,
        [as_text(line.product_id) or as_text(line.sku) for line in lines],
        [as_text(line.name) for line in lines],
        [as_text(line.category) for line in lines],
        np.array(quantity, dtype=np.float64) * sign,
        np.array(total, dtype=np.int64) * sign,
        np.array(discount, dtype=np.int64) * sign,
        of_order([one.event.currency for one in orders], text),
        of_order([one.source for one in orders], text),
        of_order(_months(moments), text),
    ]
    return _table(columns, ORDER_LINES)


def as_text(value: Any) -> str | None:
    """An id or a name as text, whatever type the client chose; None for what is neither."""
    if isinstance(value, str):
        return value[:500] or None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _read(properties: msgspec.Raw) -> Order:
    try:
        return _order.decode(properties)
    except msgspec.ValidationError:
        pass  # `products` is not a list of objects: take what can be taken
    try:
        loose = _loose.decode(properties)
    except msgspec.ValidationError:
        return Order()
    entries = loose.products if isinstance(loose.products, list) else []
    lines = [msgspec.convert(entry, Line) for entry in entries if isinstance(entry, dict)]
    return Order(loose.order_id, loose.store_id, lines)


def _quantities(lines: Sequence[Line]) -> list[float]:
    found: list[float] = np.nan_to_num(numbers([line.quantity for line in lines]), posinf=0.0, neginf=0.0).tolist()
    return found


def _totals(lines: Sequence[Line], currencies: Sequence[str | None]) -> list[int]:
    """What each line cost: as stated, else price times quantity (one when no quantity is given)."""
    stated = minor_units([line.total for line in lines], currencies)
    price = [value or 0 for value in minor_units([line.price for line in lines], currencies)]
    many = [1.0 if line.quantity is None else value for line, value in zip(lines, _quantities(lines), strict=True)]
    product = np.array(price, dtype=np.float64) * np.array(many, dtype=np.float64)
    derived = np.rint(np.where(np.abs(product) < LARGEST, product, 0.0)).astype(np.int64).tolist()
    return [other if given is None else given for given, other in zip(stated, derived, strict=True)]


def _numbers(said: Sequence[Order]) -> list[int]:
    return [number for order in said for number in range(1, len(order.products) + 1)]


def _rests(orders: Sequence[Placed], owner: Any, total: list[int]) -> Iterator[tuple[int, int]]:
    """Which orders' amounts their lines do not reach, and by how much."""
    sums = np.zeros(len(orders), dtype=np.int64)
    np.add.at(sums, owner, np.array(total, dtype=np.int64))
    for index, (one, reached) in enumerate(zip(orders, sums.tolist(), strict=True)):
        if one.event.amount is not None and one.event.amount != reached:
            yield index, one.event.amount - reached


def _months(moments: Sequence[int]) -> list[str]:
    """The UTC month of each moment, as 2017-01."""
    return np.array(moments, dtype="datetime64[us]").astype("datetime64[M]").astype(str).tolist()  # type: ignore[no-any-return]


def _table(columns: list[Any], schema: pyarrow.Schema) -> pyarrow.Table:
    arrays = [
        column if isinstance(column, pyarrow.Array) else pyarrow.array(column, field.type)
        for column, field in zip(columns, schema, strict=True)
    ]
    return pyarrow.Table.from_arrays(arrays, schema=schema)
