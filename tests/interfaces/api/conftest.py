"""A program that calls the API of an open shop, with a key of each role."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from api_program import Program
from django.test import Client

from choral import Shop
from choral.books import SYSTEM, act
from choral.customers.consumer import consume
from choral.team import create_key


@pytest.fixture(autouse=True)
def fresh_limits(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests send more in a second than a program may."""
    from choral.interfaces.api import limits

    for limit in (limits.CALLS, limits.WRONG_KEYS):
        limit._buckets.clear()
    monkeypatch.setattr(limits.CALLS, "burst", 100_000)


@pytest.fixture
def program(shop: Shop) -> Callable[[str], Program]:
    def made(role: str) -> Program:
        secret = act(create_key, SYSTEM, f"{role} program", role).secret if role else ""
        return Program(Client(SERVER_NAME="localhost", enforce_csrf_checks=True, raise_request_exception=False), secret)

    return made


@pytest.fixture
def owner(program: Callable[[str], Program]) -> Program:
    return program("owner")


@pytest.fixture
def a_sold_basket(owner: Program, shop: Shop) -> dict[str, str]:
    """One customer with an order, known by card and e-mail; ids of what can be asked for."""
    source = owner.send("POST", "/api/v1/sources", {"name": "Till", "channel": "store"}).json()["id"]
    events = [
        {"name": "Customer Identified", "ids": ["card:8812", "email:ada@shop.eu"], "traits": {"first_name": "Ada"}},
        {
            "name": "Order Completed", "ids": ["card:8812"], "amount": 1990, "currency": "EUR",
            "properties": {"order_id": "R-1", "currency": "EUR", "total": 19.9,
                           "products": [{"product_id": "p1", "quantity": 1, "total": 19.9}]},
        },
        {"name": "Order Completed", "amount": "much"},
    ]  # fmt: skip
    answer = owner.send("POST", "/api/v1/events", {"source": source, "events": events})
    assert answer.json()["accepted"] == 2, answer.content
    while consume(shop.home, shop.log):
        pass
    customer = owner.get("/api/v1/customers").json()["data"][0]["id"]
    return {"source_id": source, "customer_id": customer, "rejected_id": str(_rejected(owner)), "member_id": "1"}


def _rejected(owner: Program) -> int:
    return int(owner.get("/api/v1/rejected-events").json()["data"][0]["id"])
