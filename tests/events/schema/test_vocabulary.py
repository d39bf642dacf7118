"""The vocabulary covers the catalogue of touchpoints, and is described for people."""

from __future__ import annotations

import inspect
import json
from pathlib import Path

import pytest
from msgspec import Raw

from choral.events.collector.personal import take_out
from choral.events.schema import PERSONAL_FIELDS, SCHEMAS, canonical, judge
from choral.events.schema.glossary import MEANINGS
from choral.events.schema.kinds import Line
from choral.events.schema.reference import page
from simulator.plan import Plan
from simulator.stream.town_stream import TownStream
from simulator.truth.book import Book

REFERENCE = Path(__file__).parents[3] / "docs/reference/events.md"
# What a retailer's customers do and meet, and an event that tells it.
TOUCHPOINTS = {
    "web": "Page Viewed", "app": "Screen Viewed", "till": "Order Completed", "marketplace": "Order Completed",
    "social": "Social Post Engaged", "e-mail": "Email Clicked", "SMS": "SMS Delivered", "push": "Push Opened",
    "call": "Call Started", "voice menu": "Voice Menu Chosen", "post": "Mail Piece Sent",
    "print code": "Print Code Scanned", "ad shown": "Ad Impression", "ad clicked": "Ad Clicked",
    "search engine": "Search Result Clicked", "search": "Products Searched", "form": "Form Submitted",
    "chat": "Chat Started", "voice assistant": "Voice Assistant Asked", "token": "Token Read",
    "store visit": "Store Visited", "delivery": "Parcel Delivered", "customer": "Customer Identified",
    "consent": "Consent Given", "refund": "Order Refunded", "coupon": "Coupon Redeemed",
    "experiment": "Experiment Viewed", "media": "Media Played", "data set": "Dataset Imported",
    "campaign": "Campaign Touched",
}  # fmt: skip


@pytest.mark.parametrize("touchpoint", TOUCHPOINTS)
def test_every_touchpoint_has_an_event(touchpoint: str) -> None:
    assert TOUCHPOINTS[touchpoint] in SCHEMAS


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("order completed", "Order Completed"),
        ("Order_Completed", "Order Completed"),
        ("orderCompleted", "Order Completed"),
        ("Completed Order", "Order Completed"),
        ("Product Added To Wishlist", "Product Added to Wishlist"),
        ("Email Link Clicked", "Email Clicked"),
        ("Live Chat Conversation Started", "Chat Started"),
        ("sms sent", "SMS Sent"),
        ("Balloon Popped", "Balloon Popped"),
        ("page", "page"),
    ],
)
def test_other_spellings_lead_to_one_name_and_unknown_names_stay(sent: str, meant: str) -> None:
    assert canonical(sent) == meant


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_event_and_property_is_described(name: str) -> None:
    schema = SCHEMAS[name]
    assert inspect.getdoc(schema) and schema.__doc__ != schema.__base__.__doc__
    assert set(schema.__struct_fields__) <= set(MEANINGS)


def test_the_glossary_explains_nothing_that_does_not_exist() -> None:
    used = {field for schema in (*SCHEMAS.values(), Line) for field in schema.__struct_fields__}
    assert set(MEANINGS) == used


def test_the_reference_page_says_what_the_schemas_say() -> None:
    assert REFERENCE.read_text("utf-8") == page(), (
        "make it again: python -m choral.events.schema.reference docs/reference/events.md"
    )


def test_personal_properties_of_known_events_leave_before_the_log() -> None:
    assert "recipient" in PERSONAL_FIELDS
    kept, moved = take_out(Raw(b'{"product_id":"1","recipient":"friend@example.com"}'))
    assert bytes(kept) == b'{"product_id":"1"}' and moved == {"recipient": "friend@example.com"}


def test_all_that_a_whole_town_does_is_known_and_accepted(tmp_path: Path) -> None:
    plan = Plan(people=60, days=8, seed=11)
    book = Book(tmp_path)
    for part in TownStream(plan, book).days():
        for text in part.text:
            call = json.loads(text)
            if call["type"] == "track":
                verdict = judge(canonical(call["event"]), json.dumps(call["properties"]).encode())
                assert (verdict.code, verdict.version) == (None, 1), (call, verdict)
    book.close()
