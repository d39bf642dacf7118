"""What counts as meeting a customer, what is one visit, and what is left of a sale after its cost."""

from __future__ import annotations

from typing import Any

from small_shop import dataset, fill, order, refresh, touch

from choral import Shop
from choral.books import SYSTEM, Tx, act
from choral.books.outbox import BooksOutbox
from choral.core.event import Event
from choral.events.relay import relay


def rows(shop: Shop, query: str) -> list[tuple[Any, ...]]:
    found = shop.analytics.sql(query).to_arrow()
    return list(zip(*(column.to_pylist() for column in found.columns), strict=True))


def entered_and_read(tx: Tx) -> None:
    """What a shop tells of one customer: an audience entered, and a token read at a door of its own."""
    tx.tell(Event("fact-1", "Audience Entered", tx.now, ("card:1",)))
    tx.tell(Event("fact-2", "Token Read", tx.now, ("card:1",), channel="store"))


def test_what_the_shop_tells_of_a_customer_is_no_meeting_but_a_token_read_at_its_door_is(shop: Shop) -> None:
    fill(shop, [order("card:1", "2017-03-01T10:00:00Z", 5.0)], {"card:1": 7})
    act(entered_and_read, SYSTEM)
    assert relay(BooksOutbox(), shop.log) == 2
    refresh(shop, {"card:1": 7})
    assert rows(shop, "SELECT name FROM touches ORDER BY position") == [("Order Completed",), ("Token Read",)]
    assert rows(shop, "SELECT events FROM customers") == [(2,)]


def test_a_lot_drawn_is_no_meeting(shop: Shop) -> None:
    fill(shop, [touch("card:1", "2017-03-01T10:00:00Z", "email", "Experiment Viewed", experiment_id="x")])
    assert rows(shop, "SELECT count(*) FROM touches") == [(0,)]


def test_half_an_hour_of_silence_on_a_channel_ends_a_session_and_another_channel_does_not(shop: Shop) -> None:
    fill(shop, [
        touch("card:1", "2017-03-01T10:00:00Z", "web", "Page Viewed", path="/"),
        touch("card:1", "2017-03-01T10:20:00Z", "app", "Screen Viewed"),
        touch("card:1", "2017-03-01T10:30:00Z", "web", "Product Viewed", product_id="p1"),
        touch("card:1", "2017-03-01T11:00:01Z", "web", "Page Viewed", path="/"),
    ], {"card:1": 7})  # fmt: skip
    found = rows(shop, "SELECT channel, touches, date_diff('minute', started_at, ended_at) FROM sessions ORDER BY 1, 2")
    assert found == [("app", 1, 0), ("web", 1, 0), ("web", 2, 30)]


def test_a_store_visit_is_a_session_with_or_without_a_purchase(shop: Shop) -> None:
    fill(shop, [
        touch("card:1", "2017-03-01T10:00:00Z", "store", "Store Visited", store_id="9"),
        touch("card:2", "2017-03-01T10:00:00Z", "store", "Store Visited", store_id="9"),
        order("card:2", "2017-03-01T10:20:00Z", 5.0, store="9"),
    ], {"card:1": 7, "card:2": 8})  # fmt: skip
    found = rows(shop, "SELECT customer, store_id, orders, amount FROM sessions ORDER BY customer")
    assert found == [(7, "9", 0, 0), (8, "9", 1, 500)]


def test_a_message_received_is_met_but_is_no_session_of_the_customer(shop: Shop) -> None:
    fill(shop, [touch("card:1", "2017-03-01T10:00:00Z", "email", "Email Sent", campaign_id="c1", creative="red")])
    assert rows(shop, "SELECT campaign_id, creative, acted, session FROM touches") == [("c1", "red", False, None)]
    assert rows(shop, "SELECT count(*) FROM sessions") == [(0,)]


def test_a_margin_is_what_the_cost_leaves_and_unknown_where_one_cost_is(shop: Shop) -> None:
    dataset(shop, "products", {"product_id": "a", "cost": 200}, {"product_id": "b"})
    fill(shop, [
        order("card:1", "2017-03-01T10:00:00Z", 5.0, products=["a"], order_id="known"),
        order("card:1", "2017-03-02T10:00:00Z", 5.0, 1.0, products=["a", "b"], order_id="part"),
        order("card:1", "2017-03-03T10:00:00Z", 5.0, products=["a"], order_id="foreign", currency="USD"),
    ])  # fmt: skip
    assert rows(shop, "SELECT order_id, margin FROM orders ORDER BY position") == [
        ("known", 300), ("part", None), ("foreign", None),
    ]  # fmt: skip
    assert rows(shop, "SELECT margin FROM order_lines ORDER BY position, line") == [(300,), (300,), (None,), (None,)]


def test_a_cost_an_event_tells_of_itself_is_kept_in_minor_units(shop: Shop) -> None:
    fill(shop, [touch("card:1", "2017-03-01T10:00:00Z", "ads", "Ad Clicked", cost="0.37", campaign_id="c1")])
    assert rows(shop, "SELECT cost FROM touches") == [(37,)]


def test_lots_are_kept_by_person_for_experiments(shop: Shop) -> None:
    said = {"experiment_id": "x", "variation_id": "b"}
    fill(shop, [touch("card:1", "2017-03-01T10:00:00Z", "email", "Experiment Viewed", **said)], {"card:1": 7})
    reading = shop.analytics._desk.reading()
    assert reading is not None
    found = reading.rows("SELECT customer, experiment_id, variation_id, channel FROM lots", "FROM partials")
    assert [tuple(row.values())[:4] for row in found] == [(7, "x", "b", "email")]
