"""PostHog's, Snowplow's and Jitsu's server SDKs, unmodified, against the real server: nothing lost, nothing twice."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from posthog import Posthog
from snowplow_tracker import Emitter, PageView, SelfDescribing, SelfDescribingJson, Subject, Tracker

from choral.core.event import Event
from tests.sdk.conftest import KEY, Shop, run_node

OLD = datetime(2020, 1, 1, tzinfo=UTC)
PRODUCT = {"product_id": "P-1", "sku": "SKU-1", "name": "Blue jumper", "price": 25, "quantity": 2}
ORDER = {"order_id": "O-1001", "total": 59.9, "revenue": 45, "currency": "EUR", "products": [PRODUCT]}
COMMON = ["Customer Identified", "Order Completed", "Product Viewed", "Product Added", "Page Viewed", "Group Joined",
          "Été à Łódź 🎉"]  # fmt: skip
ALL = Counter([*COMMON, "Screen Viewed", "Identifiers Linked", "Old Event"])
COMMERCE = "iglu:com.snowplowanalytics.snowplow.ecommerce"


def _posthog(shop: Shop) -> None:
    failures: list[Any] = []
    client = Posthog(
        KEY, host=shop.server.url, on_error=lambda error, items: failures.append(error), flush_interval=0.2
    )
    client.set(distinct_id="cust-42", properties={"email": "ada@example.com", "firstName": "Ada", "plan": "gold"})
    client.capture("Order Completed", distinct_id="cust-42", properties=ORDER)
    anonymous = PRODUCT | {"$process_person_profile": False}
    client.capture("Product Viewed", distinct_id="anon-7f3e", properties=anonymous)
    client.capture("Product Added", distinct_id="cust-42", properties=PRODUCT | {"cart_id": "CART-1"})
    client.capture("$pageview", distinct_id="cust-42", properties={"$current_url": "https://shop.example/"})
    client.capture("$screen", distinct_id="cust-42", properties={"$screen_name": "Basket"})
    client.alias("anon-7f3e", "cust-42")
    client.group_identify("store", "store-12", {"name": "Lyon"})
    client.capture("Old Event", distinct_id="cust-42", timestamp=OLD)
    client.capture("Été à Łódź 🎉", distinct_id="cust-42", properties={"note": "naïve café", "nothing": None})
    client.shutdown()
    assert failures == []


def _snowplow(method: Any) -> Callable[[Shop], None]:
    def run(shop: Shop) -> None:
        failures: list[Any] = []
        address = urlsplit(shop.server.url)
        emitter = Emitter(
            str(address.hostname), protocol="http", port=address.port, method=method, batch_size=5,
            on_failure=lambda count, unsent: failures.append(unsent),
        )  # fmt: skip
        subject = Subject().set_user_id("cust-42").set_domain_user_id("anon-7f3e")
        tracker = Tracker("shop", emitter, subject, app_id=KEY)
        tracker.track(PageView("https://shop.example/", "Home"))
        for schema, data, entities, at in _snowplow_events():
            context = [SelfDescribingJson(*one) for one in entities]
            tracker.track(SelfDescribing(SelfDescribingJson(schema, data), context=context, true_timestamp=at))
        tracker.flush()
        assert failures == []

    return run


def _snowplow_events() -> list[tuple[str, dict[str, Any], list[tuple[str, dict[str, Any]]], Any]]:
    sold = (f"{COMMERCE}/product/jsonschema/1-0-0",
            {"id": "P-1", "name": "Blue jumper", "price": 25, "currency": "EUR", "quantity": 2})  # fmt: skip
    bought = (f"{COMMERCE}/transaction/jsonschema/1-0-0",
              {"transaction_id": "O-1001", "revenue": 45, "currency": "EUR"})  # fmt: skip
    action = f"{COMMERCE}/snowplow_ecommerce_action/jsonschema/1-0-2"
    screen = "iglu:com.snowplowanalytics.mobile/screen_view/jsonschema/1-0-0"
    own = "iglu:com.acme/{}/jsonschema/1-0-0"
    return [
        (own.format("identify"), {"email": "ada@example.com", "firstName": "Ada", "plan": "gold"}, [], None),
        (action, {"type": "transaction"}, [sold, bought], None),
        (action, {"type": "product_view"}, [sold], None),
        (action, {"type": "add_to_cart"}, [sold], None),
        (screen, {"id": "s1", "name": "Basket"}, [], None),
        (own.format("alias"), {"from": "anon-7f3e", "to": "cust-42"}, [], None),
        (own.format("group"), {"group_id": "store-12"}, [], None),
        (own.format("Old Event"), {}, [], OLD.timestamp() * 1_000),
        (own.format("Été à Łódź 🎉"), {"note": "naïve café"}, [], None),
    ]


def _node(*arguments: str) -> Callable[[Shop], None]:
    def run(shop: Shop) -> None:
        script, *rest = arguments
        told = run_node(script, shop.server.url, KEY, *rest)
        assert "rror" not in told, told

    return run


JITSU = Counter(COMMON)
SDKS: dict[str, tuple[Callable[[Shop], None], Counter[str]]] = {
    "posthog-python": (_posthog, ALL),
    "posthog-node": (_node("posthog_node.mjs"), ALL),
    "snowplow-tracker-python": (_snowplow("post"), ALL),
    "snowplow-tracker-python-by-get": (_snowplow("get"), ALL),
    "snowplow-node-tracker": (_node("snowplow_node.mjs", "post", "base64"), ALL),
    "snowplow-node-tracker-by-get": (_node("snowplow_node.mjs", "get", "plain"), ALL),
    "jitsu-node": (_node("jitsu_node.mjs", ""), JITSU),
    "jitsu-node-server-to-server": (_node("jitsu_node.mjs", "s2s"), JITSU),
}


@pytest.mark.parametrize("sdk", SDKS)
def test_what_a_server_sdk_was_told_is_delivered_is_in_the_log_as_it_was_meant(sdk: str, shop: Shop) -> None:
    run, names = SDKS[sdk]
    run(shop)
    events = shop.events(names.total())
    assert Counter(event.name for event in events) == names
    assert len({event.id for event in events}) == names.total()
    assert shop.refused() == []
    by_name = {event.name: event for event in events}
    order = by_name["Order Completed"]
    assert (order.amount, order.currency, order.ids[0]) == (4500, "EUR", "user:cust-42")
    assert [line["product_id"] for line in json.loads(bytes(order.properties))["products"]] == ["P-1"]
    _people_and_times_are_right(by_name)
    assert [part["traits"]["email"] for part in shop.personal() if "email" in part["traits"]][0] == "ada@example.com"


def _people_and_times_are_right(by_name: dict[str, Event]) -> None:
    assert "user:cust-42" in by_name["Customer Identified"].ids
    assert any(one.startswith("email:#") for one in by_name["Customer Identified"].ids)
    assert json.loads(bytes(by_name["Group Joined"].properties))["group_id"] == "store-12"
    if "Identifiers Linked" in by_name:
        assert set(by_name["Identifiers Linked"].ids) == {"user:cust-42", "anonymous:anon-7f3e"}
        assert by_name["Old Event"].at == int(OLD.timestamp()) * 1_000_000


def test_posthogs_sdk_is_told_of_a_wrong_key_and_the_owner_is_shown(shop: Shop) -> None:
    failures: list[Any] = []
    client = Posthog("phc_other", host=shop.server.url, on_error=lambda error, items: failures.append(error))
    client.capture("Order Completed", distinct_id="cust-1", properties=ORDER)
    client.shutdown()
    assert failures
    assert shop.events(1, seconds=0.5) == []
    assert {row.code for row in shop.refused()} == {"unknown_key"}


def test_calls_made_while_the_server_is_away_arrive_once_when_it_is_back(shop: Shop) -> None:
    client = Posthog(KEY, host=shop.server.url, flush_interval=0.2, max_retries=6)
    client.capture("Before", distinct_id="cust-1")
    client.flush()
    shop.server.kill()
    client.capture("While Away", distinct_id="cust-1")
    shop.server.start()
    client.flush()
    client.shutdown()
    assert Counter(event.name for event in shop.events(2)) == Counter(["Before", "While Away"])
