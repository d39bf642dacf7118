"""A person who left traces everywhere, each with a word nobody else has, beside others who did the same things."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from choral.books import SYSTEM
from choral.core.event import Event
from tests.customers.told import START, Told

ANNA = {
    "email": "anna.kanarienvogel@example.fr", "phone": "06 39 98 12 34", "card": "CANARY-8812",
    "first_name": "Annabella", "last_name": "Kanarienvogel", "street": "17 rue du Canari Jaune", "city": "Lyon",
}  # fmt: skip
BERT = {
    "email": "bert@example.fr", "phone": "06 39 98 99 99", "card": "B-1", "first_name": "Bert", "last_name": "Autre",
    "street": "3 place du Marché", "city": "Lyon",
}  # fmt: skip


def lives(told: Told, who: dict[str, str]) -> None:
    """Identifies at the till, browses, searches, buys twice and gives one thing back."""
    traits = {key: value for key, value in who.items() if key != "card"} | {"hobby": f"birds of {who['card']}"}
    ids = [f"card:{who['card']}"]
    browser = f"anonymous:browser-{who['card']}"
    told.says(
        "till",
        {"name": "Customer Identified", "ids": [*ids, f"email:{who['email']}"], "traits": traits},
        {"name": "Order Completed", "ids": ids, "properties": order(who, 1, 20.0)},
        {"name": "Order Refunded", "ids": ids, "properties": order(who, 2, 5.0)},
    )
    told.says(
        "web",
        {"name": "Customer Identified", "ids": [browser, f"email:{who['email']}"], "traits": {}},
        {"name": "Page Viewed", "ids": [browser], "properties": {"path": f"/u/{who['card']}", "title": "secret-title"}},
        {"name": "Products Searched", "ids": [browser], "properties": {"query": f"gift for {who['card']} aunt"}},
        {"name": "Order Completed", "ids": [browser], "properties": order(who, 3, 30.0)},
    )


def order(who: dict[str, str], number: int, total: float) -> dict[str, Any]:
    return {
        "order_id": f"{who['first_name'][0]}{number}", "total": total, "currency": "EUR",
        "note": f"leave it with the neighbour of {who['card']}",
        "products": [{"product_id": "p1", "quantity": 1, "total": total, "engraving": f"for {who['card']}"}],
    }  # fmt: skip


def exported(told: Told, asked: str) -> tuple[dict[str, Any], zipfile.ZipFile]:
    """The JSON document of an export, and the whole archive."""
    archive = zipfile.ZipFile(io.BytesIO(told.customers.privacy.export(asked, SYSTEM)))
    return json.loads(archive.read("data.json")), archive


def events_of(told: Told) -> list[Event]:
    """Every event of the log."""
    from choral.core.event import decode_lines

    return [event for batch in told.shop.log.read(0, 1_000_000) for event in decode_lines(batch.payload)]


__all__ = ["ANNA", "BERT", "START", "events_of", "exported", "lives", "order"]
