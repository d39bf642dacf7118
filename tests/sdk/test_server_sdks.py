"""The server SDKs that retailers have, unmodified, against the real server: what they report is what the log holds."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import rudderstack.analytics.client as rudder
import segment.analytics.client as segment

from choral.core.clock import SECOND, SystemClock
from choral.core.event import Event
from tests.sdk.conftest import KEY, Shop, run_node

OLD = datetime(2020, 1, 1, tzinfo=UTC)
PRODUCT = {"product_id": "P-1", "sku": "SKU-1", "name": "Blue jumper", "price": 25, "quantity": 2}
ORDER = {"order_id": "O-1001", "total": 59.9, "revenue": 45, "shipping": 4.95, "currency": "EUR", "products": [PRODUCT]}
NAMES = Counter(
    ["Customer Identified", "Order Completed", "Product Viewed", "Product Added", "Page Viewed", "Screen Viewed",
     "Identifiers Linked", "Group Joined", "Old Event", "Été à Łódź 🎉"]
)  # fmt: skip


def _python(make: Callable[..., Any], address: str) -> Callable[[Shop], list[Any]]:
    """The ten calls of calls.mjs with a Python SDK; the failures it reported."""

    def run(shop: Shop) -> list[Any]:
        failures: list[Any] = []
        client = make(KEY, on_error=lambda error, items: failures.append((error, items)), **{address: shop.server.url})
        traits = {"email": "ada@example.com", "firstName": "Ada", "plan": "gold"}
        client.identify("cust-42", traits, anonymous_id="anon-7f3e")
        client.track("cust-42", "Order Completed", ORDER)
        client.track(None, "Product Viewed", PRODUCT, anonymous_id="anon-7f3e")
        client.track("cust-42", "Product Added", PRODUCT | {"cart_id": "CART-1"})
        client.page(None, "Docs", "Home", {"path": "/home"}, anonymous_id="anon-7f3e")
        client.screen("cust-42", None, "Basket", {"lines": 1})
        client.alias("anon-7f3e", "cust-42")
        client.group("cust-42", "store-12", {"name": "Lyon"})
        client.track("cust-42", "Old Event", {}, timestamp=OLD)
        client.track(12345, "Été à Łódź 🎉", {"note": "naïve café", "nothing": None})
        client.flush()
        client.join()
        return failures

    return run


def _node(script: str) -> Callable[[Shop], list[Any]]:
    return lambda shop: [line for line in run_node(script, shop.server.url, KEY).splitlines() if "rror" in line]


SDKS = {
    "segment-analytics-python": _python(segment.Client, "host"),
    "rudder-sdk-python": _python(rudder.Client, "host"),
    "segment-analytics-node": _node("segment_node.mjs"),
    "rudder-sdk-node": _node("rudder_node.mjs"),
}


@pytest.mark.parametrize("sdk", SDKS)
def test_what_a_server_sdk_was_told_is_delivered_is_in_the_log_as_it_was_meant(sdk: str, shop: Shop) -> None:
    assert SDKS[sdk](shop) == []
    events = shop.events(10)
    assert Counter(event.name for event in events) == NAMES
    assert len({event.id for event in events}) == 10
    assert shop.refused() == []
    by_name = {event.name: event for event in events}
    _the_order_is_right(by_name["Order Completed"])
    _people_are_right(by_name)
    _times_are_right(events)
    assert [part["traits"]["email"] for part in shop.personal() if "email" in part["traits"]][0] == "ada@example.com"


def _the_order_is_right(order: Event) -> None:
    assert (order.amount, order.currency) == (4500, "EUR")
    assert [line["product_id"] for line in json.loads(bytes(order.properties))["products"]] == ["P-1"]


def _people_are_right(by_name: dict[str, Event]) -> None:
    assert by_name["Order Completed"].ids[0] == "user:cust-42"
    assert by_name["Product Viewed"].ids == ("anonymous:anon-7f3e",)
    assert {"user:cust-42", "anonymous:anon-7f3e"} <= set(by_name["Identifiers Linked"].ids)
    assert by_name["Été à Łódź 🎉"].ids[0] == "user:12345"
    assert any(one.startswith("email:#") for one in by_name["Customer Identified"].ids)


def _times_are_right(events: list[Event]) -> None:
    now = SystemClock().now()
    for event in events:
        expected = int(OLD.timestamp()) * SECOND if event.name == "Old Event" else now
        assert abs(event.at - expected) < (1 if event.name == "Old Event" else 60 * SECOND)


@pytest.mark.parametrize("make", [segment.Client, rudder.Client], ids=["segment", "rudder"])
def test_calls_made_while_the_server_is_away_arrive_once_when_it_is_back(make: Any, shop: Shop) -> None:
    failures: list[Any] = []
    client = make(KEY, host=shop.server.url, on_error=lambda error, items: failures.append(error))
    client.track("cust-1", "Before", {})
    client.flush()
    shop.server.kill()
    client.track("cust-1", "While Away", {})
    shop.server.start()
    client.flush()
    client.join()
    assert failures == []
    assert Counter(event.name for event in shop.events(2)) == Counter(["Before", "While Away"])


@pytest.mark.parametrize("make", [segment.Client, rudder.Client], ids=["segment", "rudder"])
def test_a_wrong_key_is_told_to_the_sdk_and_shown_to_the_owner(make: Any, shop: Shop) -> None:
    failures: list[Any] = []
    client = make("wk_other", host=shop.server.url, max_retries=1, on_error=lambda error, _: failures.append(error))
    client.track("cust-1", "Order Completed", ORDER)
    client.flush()
    client.join()
    assert failures
    assert shop.events(1, seconds=0.5) == []
    assert {row.code for row in shop.refused()} == {"unknown_key"}
