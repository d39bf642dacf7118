"""Segment's words mean the same here: its 28 e-commerce events, its calls, both ways."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from choral.events.schema import SCHEMAS, from_segment, judge, to_segment
from choral.events.schema.kinds import Line

# The e-commerce specification, version 2: each event's own properties (P = those of a product, L = a list of them).
PRODUCT = "product_id sku category name brand variant price quantity coupon position url image_url"
ORDER = "order_id affiliation total revenue shipping tax discount coupon currency products"
SPECIFICATION = {
    "Products Searched": "query",
    "Product List Viewed": "list_id category products",
    "Product List Filtered": "list_id category filters sorts products",
    "Promotion Viewed": "promotion_id creative name position",
    "Promotion Clicked": "promotion_id creative name position",
    "Product Clicked": PRODUCT,
    "Product Viewed": f"{PRODUCT} currency value",
    "Product Added": f"cart_id {PRODUCT}",
    "Product Removed": f"cart_id {PRODUCT}",
    "Cart Viewed": "cart_id products",
    "Checkout Started": "order_id affiliation value revenue shipping tax discount coupon currency products",
    "Checkout Step Viewed": "checkout_id step shipping_method payment_method",
    "Checkout Step Completed": "checkout_id step shipping_method payment_method",
    "Payment Info Entered": "checkout_id order_id step shipping_method payment_method",
    "Order Updated": ORDER,
    "Order Completed": f"checkout_id subtotal {ORDER}",
    "Order Refunded": "order_id",
    "Order Cancelled": ORDER,
    "Coupon Entered": "order_id cart_id coupon_id",
    "Coupon Applied": "order_id cart_id coupon_id coupon_name discount",
    "Coupon Denied": "order_id cart_id coupon_id coupon_name reason",
    "Coupon Removed": "order_id cart_id coupon_id coupon_name discount",
    "Product Added to Wishlist": f"wishlist_id wishlist_name {PRODUCT}",
    "Product Removed from Wishlist": f"wishlist_id wishlist_name {PRODUCT}",
    "Wishlist Product Added to Cart": f"wishlist_id wishlist_name cart_id {PRODUCT}",
    "Product Shared": "share_via share_message recipient product_id sku category name brand variant price"
    " url image_url",
    "Cart Shared": "share_via share_message recipient cart_id products",
    "Product Reviewed": "product_id review_id review_body rating",
}
SAMPLES = Path(os.environ.get("CHORAL_SAMPLES") or Path(__file__).parents[4] / "shared/samples")
SAMPLE = SAMPLES / "tracking/ecommerce_v2_events.json"
VALUES = {"Number": 12.5, "String": "12.5", "Array": [{}], "Array<Product>": [{}], "Array<Sort>": [{}]}


@pytest.mark.parametrize("name", SPECIFICATION)
def test_each_event_of_the_specification_is_known_with_all_its_properties(name: str) -> None:
    assert set(SPECIFICATION[name].split()) <= set(SCHEMAS[name].__struct_fields__)


def test_each_field_of_a_product_is_known_in_lists_too() -> None:
    assert set(PRODUCT.split()) <= set(Line.__struct_fields__)


def test_the_specification_as_it_was_collected_says_nothing_else() -> None:
    if not SAMPLE.exists():
        pytest.skip("the collected specification is not on this machine (CHORAL_SAMPLES); the table above holds it too")
    collected = json.loads(SAMPLE.read_text())
    assert set(collected) == set(SPECIFICATION)
    for name, properties in collected.items():
        own = [field for field, _ in properties if "." not in field]
        assert set(own) == set(SPECIFICATION[name].split()), name
        example = {field: VALUES.get(kind, "x") for field, kind in properties if "." not in field}
        if "currency" in example:
            example["currency"] = "EUR"
        assert judge(name, json.dumps(example).encode()).code is None, name


@pytest.mark.parametrize("name", [name for name in SCHEMAS if name != "Identifiers Linked"])
def test_every_event_goes_to_segment_and_comes_back_the_same(name: str) -> None:
    properties = {"name": "Home", "category": "Shop", "group_id": "g-1", "anything": [1]}
    assert from_segment(to_segment(name, properties)) == (name, properties)


def test_calls_and_names_of_segment_are_used_where_they_exist() -> None:
    assert to_segment("Page Viewed", {"name": "Home", "path": "/"}) == {
        "type": "page", "name": "Home", "properties": {"name": "Home", "path": "/"},
    }  # fmt: skip
    assert to_segment("Customer Identified", {"plan": "gold"}) == {"type": "identify", "traits": {"plan": "gold"}}
    assert to_segment("Group Joined", {"group_id": "g", "size": 2}) == {
        "type": "group", "groupId": "g", "traits": {"size": 2},
    }  # fmt: skip
    assert to_segment("Identifiers Linked", {}) == {"type": "alias"}
    assert from_segment({"type": "alias"}) == ("Identifiers Linked", {})
    assert to_segment("Push Opened", {})["event"] == "Push Notification Tapped"
    assert to_segment("Balloon Popped", {"a": 1}) == {
        "type": "track",
        "event": "Balloon Popped",
        "properties": {"a": 1},
    }
