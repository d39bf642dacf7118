"""The events are what a Segment collector expects, in the agreed words only."""

import json
from collections import defaultdict

from town_lived import Lived

STANDARD = {
    "Products Searched", "Product Viewed", "Product Added", "Cart Viewed", "Checkout Started", "Order Completed",
    "Order Refunded", "Promotion Viewed", "Promotion Clicked", "Coupon Applied", "Product Reviewed",
    "Experiment Viewed",
}  # fmt: skip
OWN = {
    "Store Visited": {"store_id"}, "Store Left": {"store_id"},
    "Order Returned": {"order_id", "store_id", "products", "total", "currency"},
    "Mail Piece Sent": {"campaign_id", "piece"}, "Print Code Scanned": {"code", "campaign_id"},
    "Coupon Redeemed": {"coupon_id", "campaign_id", "order_id"},
    "Ad Impression": {"network", "campaign_id", "creative"}, "Ad Clicked": {"network", "campaign_id", "creative"},
    "Search Result Clicked": {"keyword", "engine"},
    "Social Post Viewed": {"network", "post_id"}, "Social Post Engaged": {"network", "post_id"},
    "Call Started": {"call_id", "direction"}, "Call Ended": {"call_id", "direction", "duration_s"},
    "Voice Menu Chosen": {"call_id", "option"}, "Voice Assistant Asked": {"intent"},
    "Chat Started": {"conversation_id"}, "Message Sent": {"conversation_id"}, "Chat Ended": {"conversation_id"},
    "Token Read": {"token", "place"}, "Form Submitted": {"form_id"}, "Parcel Delivered": {"order_id", "carrier"},
}  # fmt: skip
MESSAGES = {
    f"{word} {step}": {"campaign_id", "message_id"}
    for word, steps in {
        "Email": ("Sent", "Delivered", "Opened", "Clicked", "Bounced", "Unsubscribed"),
        "SMS": ("Sent", "Delivered", "Clicked", "Replied"),
        "Push": ("Sent", "Opened"),
    }.items()
    for step in steps
}
CHANNELS = set("web app store marketplace social email sms push phone post ads search chat voice token".split())


def test_all_channels_and_all_agreed_events_occur_and_no_others(town_run: Lived) -> None:
    names = {event["event"] for event in town_run.sent if event["type"] == "track"}
    assert names <= STANDARD | OWN.keys() | MESSAGES.keys()
    rare = {"Email Unsubscribed", "SMS Replied", "Product Reviewed"}
    assert (STANDARD | OWN.keys() | MESSAGES.keys()) - names <= rare
    assert {event["context"]["channel"] for event in town_run.sent} == CHANNELS
    assert {event["type"] for event in town_run.sent} == {"track", "identify", "page", "screen"}


def test_our_own_events_carry_the_agreed_properties_only(town_run: Lived) -> None:
    agreed = OWN | MESSAGES
    for event in town_run.sent:
        if event.get("event") in agreed:
            assert event["properties"].keys() <= agreed[event["event"]]


def test_every_event_is_well_formed(town_run: Lived) -> None:
    for event in town_run.sent:
        assert event["anonymousId"] or event["userId"]
        assert len(event["messageId"]) < 100
        assert len(json.dumps(event)) < 32_000
        assert event["timestamp"].endswith("Z")
        for one in event["context"].get("externalIds", []):
            assert one["collection"] == "users" and one["encoding"] == "none"


def test_totals_follow_from_the_lines(town_run: Lived) -> None:
    for event in town_run.sent:
        if event.get("event") == "Order Completed":
            facts = event["properties"]
            lines = sum(round(one["price"] * 100) * one["quantity"] for one in facts["products"])
            assert lines == round(facts["subtotal"] * 100)
            assert round(100 * (facts["subtotal"] - facts["discount"] + facts["shipping"])) == round(
                100 * facts["total"]
            )


def test_store_sales_know_the_person_only_by_a_shown_card(town_run: Lived) -> None:
    cards = {one["value"] for one in town_run.truth("identifiers") if one["type"] == "loyalty_card"}
    shown = 0
    sales = [e for e in town_run.sent if e.get("event") == "Order Completed" and e["context"]["channel"] == "store"]
    for event in sales:
        card = event["properties"].get("loyalty_card")
        assert event["userId"] is None
        assert [one["id"] for one in event["context"].get("externalIds", [])] == ([card] if card else [])
        assert card is None or card in cards
        shown += card is not None
    assert 0 < shown < len(sales)


def test_a_scanned_code_is_on_the_piece_that_its_reader_was_sent(town_run: Lived) -> None:
    person = {one["message_id"]: one["person_id"] for one in town_run.truth("events")}
    sent: dict[str, set[str]] = defaultdict(set)
    for event in town_run.sent:
        if event.get("event") == "Mail Piece Sent":
            sent[event["properties"]["piece"]].add(person[event["messageId"]])
    scans = [event for event in town_run.sent if event.get("event") == "Print Code Scanned"]
    assert scans
    for event in scans:
        assert sent[event["properties"]["code"]] == {person[event["messageId"]]}
