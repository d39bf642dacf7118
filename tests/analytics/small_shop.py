"""A shop small enough to count by hand, for the tests of analytics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any

import msgspec
import pyarrow

from choral import Shop
from choral.events.lake import writer
from choral.events.lake.datasets import Datasets

_numbers = count()


def order(
    who: str | None, at: str, *totals: float, store: str | None = "1", channel: str = "store", currency: str = "EUR",
    refund: bool = False, order_id: str | None = None, products: Iterable[str] = (), amount: float | None = None,
) -> dict[str, Any]:  # fmt: skip
    number = next(_numbers)
    names = [*products, *(f"p{index}" for index in range(len(totals)))]
    return {
        "id": f"e{number}", "name": "Order Refunded" if refund else "Order Completed", "at": at,
        "ids": [who] if who else [], "channel": channel,
        "properties": {
            "order_id": order_id or f"o{number}", "store_id": store, "currency": currency,
            "total": round(sum(totals), 2) if amount is None else amount,
            "products": [{"product_id": name, "total": total} for name, total in zip(names, totals, strict=False)],
        },
    }  # fmt: skip


def touch(who: str, at: str, channel: str, name: str = "Message Sent", **said: str) -> dict[str, Any]:
    return {"id": f"e{next(_numbers)}", "name": name, "at": at, "ids": [who], "channel": channel, "properties": said}


def fill(shop: Shop, events: Iterable[Mapping[str, Any]], together: Mapping[str, int] | None = None) -> None:
    """Take events in, write the lake and the marts; `together` gives identifiers their customer."""
    source = shop.events.create_source("Till", "store", "till")
    taken = shop.events.accept_lines(source, (msgspec.json.encode(event) for event in events))
    assert not taken.refused, taken.refused
    refresh(shop, together)


def refresh(shop: Shop, together: Mapping[str, int] | None = None) -> bool:
    writer.flush(shop.home.lake, shop.log, shop.log.head(), lambda after, upto: ())
    known = together or {}
    identities = pyarrow.table({
        "identifier": pyarrow.array(known, "string"), "customer": pyarrow.array(known.values(), "int64"),
        "says_who": pyarrow.array([not one.startswith("anonymous:") for one in known], "bool"),
    })  # fmt: skip
    return shop.analytics.refresh(identities, 1)


def dataset(shop: Shop, name: str, *rows: dict[str, Any]) -> None:
    Datasets(shop.home.lake).put(name, pyarrow.Table.from_pylist(list(rows)).to_reader())
