"""A little town that shops, told to a shop through the log and carried to the lake: what the models learn from."""

from __future__ import annotations

import random
from typing import Any

import pyarrow

from choral import Shop
from choral.core.clock import DAY
from choral.events.lake import writer
from choral.events.lake.datasets import Datasets
from tests.customers.told import START, Told

TEA, COFFEE = [f"t{n}" for n in range(8)], [f"c{n}" for n in range(8)]
PEOPLE, DAYS = 60, 120


def order(
    person: str, day: float, products: list[tuple[str, float, float]], number: str, **more: Any
) -> dict[str, Any]:
    """An order as a till sends it; products are (id, quantity, total in major units)."""
    total = round(sum(one[2] for one in products), 2)
    lines = [{"product_id": one, "quantity": quantity, "total": paid} for one, quantity, paid in products]
    properties = {"order_id": number, "store_id": "s1", "total": total, "currency": "EUR", "products": lines}
    return {
        "name": "Order Completed", "ids": [person], "at": START + int(day * DAY), "properties": properties | more,
    }  # fmt: skip


def shopping(people: int = PEOPLE, days: int = DAYS, seed: int = 3) -> list[dict[str, Any]]:
    """Customers `card:100`, `card:101` and on; the even ones drink tea, the odd ones coffee. Each buys a favourite
    weekly, and now and then another of the same kind."""
    chance = random.Random(seed)
    found = []
    for person in range(people):
        mine = TEA if person % 2 == 0 else COFFEE
        favourite, tried = mine[person % 4], mine[:4]
        for day in range(person % 7, days, 7):
            products = [(favourite, 1, 2.5)]
            if chance.random() < 0.6:
                products.append((chance.choice(tried), 2, 5.0))
            if chance.random() < 0.3:
                products.append((chance.choice(mine[4:]), 1, 4.0))
            if chance.random() < 0.5:
                products.append(("bread", 1, 1.2))
            found.append(order(f"card:{100 + person}", day + 0.5, products, f"o{person}-{day}"))
    return sorted(found, key=lambda one: int(one["at"]))


def town(told: Told, **more: Any) -> None:
    """The town's life, up to the lake and into the datasets."""
    told.says("till", *shopping(**more))
    rows = [
        {"product_id": one, "name": f"Tea {one}" if one in TEA else f"Coffee {one}", "category": one[0],
         "department": "Tea" if one in TEA else "Coffee", "brand": "House" if one[1] == "0" else "Other"}
        for one in TEA + COFFEE
    ]  # fmt: skip
    rows.append({"product_id": "bread", "name": "Bread", "category": "bread", "department": "Bakery", "brand": ""})
    Datasets(told.shop.home.lake).put("products", pyarrow.Table.from_pylist(rows).to_reader())
    to_lake(told.shop)


def to_lake(shop: Shop) -> None:
    """Carry the log to the lake, as the worker does."""
    writer.flush(
        shop.home.lake, shop.log, shop.log.head(), lambda after, upto: (), withdrawn=shop.customers.withdrawn()
    )


def learnt(told: Told) -> None:
    """Sort the purchases and learn from them, as the worker does."""
    customers = told.customers
    customers.purchases.refresh()
    customers.recommend.train(customers.identity_map(), customers.identity_version())
