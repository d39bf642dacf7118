"""Google Analytics 4's recommended events mean the same here, both ways, items and amounts included."""

from __future__ import annotations

import json

import pytest

from choral.events.schema import SCHEMAS, from_ga4, judge, to_ga4

LINE = {"product_id": "P1", "name": "Milk", "brand": "B", "category": "Dairy", "variant": "1 l", "price": 1.2,
        "quantity": 2, "coupon": "C", "position": 3}  # fmt: skip
ITEM = {"item_id": "P1", "item_name": "Milk", "item_brand": "B", "item_category": "Dairy", "item_variant": "1 l",
        "price": 1.2, "quantity": 2, "coupon": "C", "index": 3}  # fmt: skip
PAIRS = [
    ("Products Searched", {"query": "milk"}, "search", {"search_term": "milk"}),
    ("Product List Viewed", {"list_id": "l", "category": "Dairy", "products": [LINE]}, "view_item_list",
     {"item_list_id": "l", "item_list_name": "Dairy", "items": [ITEM]}),
    ("Product Clicked", LINE, "select_item", {"items": [ITEM]}),
    ("Product Viewed", {**LINE, "currency": "EUR", "value": 2.4}, "view_item",
     {"currency": "EUR", "value": 2.4, "items": [ITEM]}),
    ("Product Added", {**LINE, "cart_id": "c"}, "add_to_cart", {"cart_id": "c", "items": [ITEM]}),
    ("Product Removed", LINE, "remove_from_cart", {"items": [ITEM]}),
    ("Product Added to Wishlist", {**LINE, "wishlist_id": "w"}, "add_to_wishlist",
     {"wishlist_id": "w", "items": [ITEM]}),
    ("Cart Viewed", {"cart_id": "c", "value": 2.4, "currency": "EUR", "products": [LINE]}, "view_cart",
     {"cart_id": "c", "value": 2.4, "currency": "EUR", "items": [ITEM]}),
    ("Promotion Viewed", {"promotion_id": "p", "name": "Week", "creative": "banner", "position": "top"},
     "view_promotion",
     {"promotion_id": "p", "promotion_name": "Week", "creative_name": "banner", "creative_slot": "top"}),
    ("Promotion Clicked", {"promotion_id": "p"}, "select_promotion", {"promotion_id": "p"}),
    ("Checkout Started", {"revenue": 9.9, "currency": "EUR", "coupon": "C", "products": [LINE]}, "begin_checkout",
     {"value": 9.9, "currency": "EUR", "coupon": "C", "items": [ITEM]}),
    ("Checkout Step Completed", {"shipping_method": "post"}, "add_shipping_info", {"shipping_tier": "post"}),
    ("Payment Info Entered", {"payment_method": "card"}, "add_payment_info", {"payment_type": "card"}),
    ("Order Completed",
     {"order_id": "O1", "affiliation": "shop", "revenue": 9.9, "tax": 1, "shipping": 2, "currency": "EUR",
      "products": [LINE, LINE]}, "purchase",
     {"transaction_id": "O1", "affiliation": "shop", "value": 9.9, "tax": 1, "shipping": 2, "currency": "EUR",
      "items": [ITEM, ITEM]}),
    ("Order Refunded", {"order_id": "O1", "revenue": 5, "currency": "EUR"}, "refund",
     {"transaction_id": "O1", "value": 5, "currency": "EUR"}),
    ("Product Shared", {"share_via": "mail", "product_id": "P1"}, "share", {"method": "mail", "item_id": "P1"}),
    ("Signed Up", {"method": "card"}, "sign_up", {"method": "card"}),
    ("Signed In", {"method": "card"}, "login", {"method": "card"}),
    ("Group Joined", {"group_id": "g"}, "join_group", {"group_id": "g"}),
    ("Lead Generated", {"value": 10, "currency": "EUR", "source": "fair"}, "generate_lead",
     {"value": 10, "currency": "EUR", "lead_source": "fair"}),
    ("Points Earned", {"points": 20}, "earn_virtual_currency", {"value": 20}),
    ("Points Spent", {"points": 20, "reason": "cup"}, "spend_virtual_currency", {"value": 20, "item_name": "cup"}),
    ("Page Viewed", {"url": "https://a/", "title": "A", "referrer": "https://b/"}, "page_view",
     {"page_location": "https://a/", "page_title": "A", "page_referrer": "https://b/"}),
    ("Screen Viewed", {"name": "Home"}, "screen_view", {"screen_name": "Home"}),
    ("Form Submitted", {"form_id": "f"}, "form_submit", {"form_id": "f"}),
]  # fmt: skip


@pytest.mark.parametrize(("ours", "properties", "theirs", "parameters"), PAIRS, ids=[pair[0] for pair in PAIRS])
def test_each_recommended_event_has_one_counterpart_both_ways(
    ours: str, properties: dict[str, object], theirs: str, parameters: dict[str, object]
) -> None:
    assert to_ga4(ours, properties) == (theirs, parameters)
    assert from_ga4(theirs, parameters) == (ours, properties)


def test_every_event_with_a_counterpart_is_in_the_table_above() -> None:
    assert {(name, one.GA4) for name, one in SCHEMAS.items() if one.GA4} == {(pair[0], pair[2]) for pair in PAIRS}


@pytest.mark.parametrize("amounts", [{"total": 12}, {"value": 12}, {"revenue": 12, "total": 14}])
def test_an_order_is_worth_the_same_there_and_back(amounts: dict[str, int]) -> None:
    name, parameters = to_ga4("Order Completed", {"order_id": "O", "currency": "EUR", **amounts})
    assert parameters["value"] == 12
    back, properties = from_ga4(name, parameters)
    assert judge(back, json.dumps(properties).encode()).amount == 1_200


def test_an_event_of_several_products_loses_none() -> None:
    _, properties = from_ga4("add_to_cart", {"items": [{"item_id": "A"}, {"item_id": "B"}]})
    assert properties == {"product_id": "A", "products": [{"product_id": "A"}, {"product_id": "B"}]}


def test_an_event_without_counterpart_is_kept_under_its_own_name() -> None:
    assert from_ga4("level_up", {"level": 3}) == ("level_up", {"level": 3})
    assert to_ga4("Store Visited", {"store_id": "S1"}) == ("store_visited", {"store_id": "S1"})
    assert from_ga4("view_search_results", {"search_term": "milk"}) == ("Products Searched", {"query": "milk"})
