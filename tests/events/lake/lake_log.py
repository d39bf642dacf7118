"""A log to fill, for the lake's tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import msgspec

from choral.core.event import Event, encode_lines
from choral.events.lake import writer
from choral.events.store import Batch, EventLog, open_log

START = 1_700_000_000_000_000


def fresh_log(folder: Path) -> EventLog:
    return open_log(f"sqlite://{folder / 'log.db'}")


def event(number: int, name: str = "Page Viewed", **values: Any) -> Event:
    properties = msgspec.Raw(msgspec.json.encode(values.pop("properties", {})))
    return Event(
        id=f"m{number}", name=name, at=values.pop("at", START + number), ids=values.pop("ids", (f"card:{number % 7}",)),
        properties=properties, **values,
    )  # fmt: skip


def order(number: int, products: Any, amount: int | None = None, name: str = "Order Completed", **more: Any) -> Event:
    properties = {"order_id": f"o{number}", "store_id": 4, "products": products} | more
    return event(number, name, amount=amount, currency="EUR", channel="store", properties=properties)


def append(log: EventLog, *events: Event) -> None:
    append_as(log, "till", *events)


def append_as(log: EventLog, source: str, *events: Event) -> None:
    log.append([Batch(source, START, len(events), encode_lines(list(events)))])


def flush(lake: str, log: EventLog, excluded: tuple[int, ...] = (), most: int = writer.MOST_EVENTS) -> int:
    return writer.flush(lake, log, log.head(), lambda after, upto: excluded, most)


def read(lake: str, name: str, columns: str = "*", order_by: str = "ALL") -> list[tuple[Any, ...]]:
    found = duckdb.sql(f"SELECT {columns} FROM {writer.scan(lake, name)} ORDER BY {order_by}").fetchall()
    return list(found)
