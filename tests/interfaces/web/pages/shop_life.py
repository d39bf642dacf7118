"""A small shop's half year, for the pages to show: customers, orders, a mailing, an import, a refused event."""

from __future__ import annotations

import io

import pyarrow

from choral import Shop
from choral.books import Actor
from choral.core.clock import DAY
from choral.customers.consumer import consume
from choral.events.lake import writer
from choral.events.lake.datasets import Datasets

START = 1_764_000_000_000_000  # µs UTC, in November 2025
PEOPLE = 40
WHO = Actor("member:1")


def live(shop: Shop) -> None:
    """Everything that happens, taken in the way the worker does."""
    web = shop.events.create_source("Web shop", "web", source_id="web-shop")
    till = shop.events.create_source("Till of Lyon", "store", source_id="till-lyon")
    shop.events.accept(web, [*_visits(), {"name": "Order Completed", "id": "bad", "properties": {"total": "cheap"}}])
    shop.events.accept(till, [*_people(), *_orders(), *_mailing()])
    _datasets(shop)
    text = "Email,First name,Card\nana@ex.fr,Ana,900\nbroken,X,901\n"
    shop.connectors.run(shop.connectors.upload("customers.csv", io.BytesIO(text.encode()), WHO).id, WHO)
    orders = "order id;date;total;customer\n9001;03/02/2026;12,50;7\n9002;31/02/2026;1,00;8\n"
    shop.connectors.upload("commandes février.csv", io.BytesIO(orders.encode("cp1252")), WHO)
    settle(shop)


def settle(shop: Shop) -> None:
    """Bring views, lake and figures up to the log."""
    while consume(shop.home, shop.log):
        pass
    writer.flush(shop.home.lake, shop.log, shop.log.head(), lambda after, upto: ())
    shop.analytics.refresh(shop.customers.identity_map(), shop.customers.identity_version())


def _people() -> list[dict[str, object]]:
    return [
        {
            "name": "Customer Identified", "id": f"person-{n}", "at": START,
            "ids": [f"card:{n}", f"email:person{n}@example.com"],
            "traits": {"first_name": "Élodie", "last_name": f"Exemple {n}", "age_band": "35-44"},
        }
        for n in range(1, PEOPLE + 1)
    ]  # fmt: skip


def _orders() -> list[dict[str, object]]:
    """Customer n buys every n + 3 days; those above thirty have stopped half way."""
    found: list[dict[str, object]] = []
    for person in range(1, PEOPLE + 1):
        last = 80 if person > 30 else 180
        for day in range(person % 5, last, person // 2 + 3):
            number = f"{person}-{day}"
            total = 1_000 + 37 * person + 11 * day
            lines = [{"product_id": f"p{person % 7}", "quantity": 2, "total": total / 100}]
            found.append(
                {
                    "name": "Order Completed", "id": f"order-{number}", "at": START + day * DAY,
                    "ids": [f"card:{person}"],
                    "properties": {"order_id": number, "store_id": f"{person % 3}", "total": total / 100,
                                   "currency": "EUR", "products": lines},
                }
            )  # fmt: skip
    refund = {"order_id": "1-4", "total": 3, "currency": "EUR", "store_id": "1"}
    found.append({"name": "Order Refunded", "id": "refund-1", "at": START + 9 * DAY, "ids": ["card:1"],
                  "properties": refund})  # fmt: skip
    return found


def _visits() -> list[dict[str, object]]:
    return [
        {"name": "Page Viewed", "id": f"visit-{n}", "at": START + n * DAY,
         "ids": [f"anonymous:b{n}", f"email:person{n}@example.com"], "properties": {"path": "/shoes"}}
        for n in range(1, 20)
    ]  # fmt: skip


def _mailing() -> list[dict[str, object]]:
    return [
        {"name": "Mail Piece Sent", "id": f"mail-{n}", "at": START + 60 * DAY, "ids": [f"card:{n}"],
         "channel": "direct_mail", "properties": {"campaign_id": "spring", "campaign_name": "Spring"}}
        for n in range(1, PEOPLE, 3)
    ]  # fmt: skip


def _datasets(shop: Shop) -> None:
    datasets = Datasets(shop.home.lake)
    products = [{"product_id": f"p{n}", "name": f"Product {n}", "department": f"Department {n % 3}"} for n in range(7)]
    stores = [{"store_id": f"{n}", "name": f"Store {n}"} for n in range(3)]
    datasets.put("products", pyarrow.Table.from_pylist(products).to_reader())
    datasets.put("stores", pyarrow.Table.from_pylist(stores).to_reader())
