"""Snowplow's trackers, as recorded and in every form of their protocol, mean what their callers meant."""

from __future__ import annotations

import base64
import json
from collections import Counter
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from choral.core.clock import SECOND
from choral.core.event import Event
from choral.events.store import Source
from tests.events.collector.conftest import KEY, Asker, recorded

RUNS = ("snowplow-python-post", "snowplow-python-post-nob64", "snowplow-python-get")
TP2 = "/com.snowplowanalytics.snowplow/tp2"
COMMERCE = "iglu:com.snowplowanalytics.snowplow.ecommerce"


@pytest.fixture(params=RUNS)
def run(request: pytest.FixtureRequest, asker: Asker) -> str:
    name: str = request.param
    asker.log.add_source(Source(name, name, "web", "shop", 1))  # the trackers' application id is the key
    asker.clock.advance(SECOND + 1)
    asker.clock.advance(1_795_312_399_000_000 - asker.clock.now())
    for one in recorded(name):
        assert asker.ask(one.method, one.path, one.body, one.headers).status == 200
    return name


def by_name(asker: Asker, name: str) -> Event:
    return next(event for event in asker.stored() if event.name == name)


def commerce(action: dict[str, Any], *entities: tuple[str, dict[str, Any]], **fields: str) -> dict[str, str]:
    event = {"schema": f"{COMMERCE}/snowplow_ecommerce_action/jsonschema/1-0-2", "data": action}
    return described(event, *[(f"{COMMERCE}/{name}/jsonschema/1-0-0", data) for name, data in entities], **fields)


def described(event: dict[str, Any], *entities: tuple[str, dict[str, Any]], **fields: str) -> dict[str, str]:
    about = [{"schema": schema, "data": data} for schema, data in entities]
    return {
        "e": "ue", "eid": "m1", "aid": KEY, "tv": "js-4", "duid": "d1",
        "ue_pr": json.dumps({"schema": "iglu:com.snowplowanalytics.snowplow/unstruct_event/jsonschema/1-0-0",
                             "data": event}),
        "co": json.dumps({"schema": "iglu:com.snowplowanalytics.snowplow/contexts/jsonschema/1-0-1", "data": about}),
    } | fields  # fmt: skip


def send(asker: Asker, *events: dict[str, str]) -> Any:
    return asker.post(TP2, {"schema": "iglu:x/payload_data/jsonschema/1-0-4", "data": list(events)}, key=None).json


def said(event: Event) -> Any:
    return json.loads(bytes(event.properties))


def test_every_recorded_call_is_in_the_log_under_its_name(run: str, asker: Asker) -> None:
    assert Counter(event.name for event in asker.stored()) == Counter(
        ["Page Viewed", "Screen Viewed", "add-to-basket", "Product Added", "Order Completed", "Customer Identified",
         "Group Joined", "Identifiers Linked", "page_ping", "unicode"]
    )  # fmt: skip
    assert asker.refused() == []
    order = by_name(asker, "Order Completed")
    assert (order.amount, order.currency, order.ids) == (4500, "EUR", ("user:cust-42", "anonymous:anon-7f3e"))
    assert [line["product_id"] for line in said(order)["products"]] == ["P-1"]
    assert set(by_name(asker, "Identifiers Linked").ids) == {"user:b", "anonymous:a"}
    assert by_name(asker, "Identifiers Linked").at == 1_577_836_800_000_000  # its true time
    assert all(event.claimed is None for event in asker.stored())


def test_no_personal_value_reaches_the_log_and_none_is_lost(run: str, asker: Asker) -> None:
    payloads = b"".join(batch.payload for batch in asker.log.read(0))
    assert b"ada@example.com" not in payloads
    assert b"203.0.113.9" not in payloads
    assert asker.personal()[0]["traits"]["email"] == "ada@example.com"


def test_sending_it_all_again_stores_nothing_twice(run: str, asker: Asker) -> None:
    for one in recorded(run):
        asker.ask(one.method, one.path, one.body, one.headers)
    assert len(asker.stored()) == 10


PRODUCT = ("product", {"id": "P-1", "name": "Tea", "price": 9.9, "currency": "EUR", "quantity": 2})
SECOND_PRODUCT = ("product", {"id": "P-2", "name": "Cup", "price": 4, "currency": "EUR"})
ACTIONS: list[tuple[dict[str, Any], list[tuple[str, dict[str, Any]]], str, dict[str, Any]]] = [
    ({"type": "product_view"}, [PRODUCT], "Product Viewed", {"product_id": "P-1", "price": 9.9}),
    ({"type": "remove_from_cart"}, [PRODUCT, ("cart", {"cart_id": "C1", "total_value": 20, "currency": "EUR"})],
     "Product Removed", {"product_id": "P-1", "cart_id": "C1", "value": 20}),
    ({"type": "list_click", "name": "teas"}, [PRODUCT], "Product Clicked", {"list_id": "teas", "product_id": "P-1"}),
    ({"type": "list_view", "name": "teas"}, [PRODUCT], "Product List Viewed", {"list_id": "teas"}),
    ({"type": "promo_click"}, [("promotion", {"id": "S1", "name": "Spring", "slot": "top"})], "Promotion Clicked",
     {"promotion_id": "S1", "name": "Spring", "position": "top"}),
    ({"type": "checkout_step"}, [("checkout_step", {"step": 1})], "Checkout Started", {"step": 1}),
    ({"type": "checkout_step"}, [("checkout_step", {"step": 2, "delivery_method": "pickup"})], "Checkout Step Viewed",
     {"step": 2, "shipping_method": "pickup"}),
    ({"type": "refund"}, [("refund", {"transaction_id": "O-1", "refund_amount": 9.9, "currency": "EUR"})],
     "Order Refunded", {"order_id": "O-1", "revenue": 9.9}),
    ({"type": "trns_error"}, [], "trns_error", {"type": "trns_error"}),
]  # fmt: skip


@pytest.mark.parametrize(("action", "entities", "name", "expected"), ACTIONS)
def test_an_e_commerce_action_becomes_the_event_of_the_vocabulary(
    action: dict[str, Any], entities: list[Any], name: str, expected: dict[str, Any], asker: Asker
) -> None:
    assert send(asker, commerce(action, *entities))["accepted"] == 1
    event = asker.stored()[0]
    assert event.name == name
    assert expected.items() <= said(event).items()


def test_an_action_on_two_products_is_two_events_with_ids_of_their_own(asker: Asker) -> None:
    assert send(asker, commerce({"type": "add_to_cart"}, PRODUCT, SECOND_PRODUCT))["accepted"] == 2
    assert [(event.id, said(event)["product_id"]) for event in asker.stored()] == [("m1", "P-1"), ("m1.1", "P-2")]


def test_consent_is_told_by_purpose(asker: Asker) -> None:
    schema = "iglu:com.snowplowanalytics.snowplow/consent_preferences/jsonschema/1-0-0"
    data = {"eventType": "allow_selected", "consentScopes": ["analytics", "marketing"], "consentVersion": "v3"}
    send(asker, described({"schema": schema, "data": data}))
    send(asker, described({"schema": schema, "data": data | {"eventType": "deny_all"}}, eid="m2"))
    assert [(event.name, said(event)["purpose"]) for event in asker.stored()] == [
        ("Consent Given", "analytics"), ("Consent Given", "marketing"),
        ("Consent Withdrawn", "analytics"), ("Consent Withdrawn", "marketing"),
    ]  # fmt: skip


def test_entities_that_are_not_about_commerce_stay_beside_the_event(asker: Asker) -> None:
    send(asker, commerce({"type": "product_view"}, PRODUCT) | {
        "co": json.dumps({"data": [{"schema": "iglu:com.acme/store/jsonschema/1-0-0", "data": {"floor": 2}}]}),
        "sid": "s1", "tz": "Europe/Paris",
    })  # fmt: skip
    context = json.loads(bytes(asker.stored()[0].context))
    assert context["entities"] == {"com.acme/store": [{"floor": 2}]}
    assert (context["sessionId"], context["timezone"]) == ("s1", "Europe/Paris")


def test_the_pixel_tells_an_event_and_is_answered_with_a_picture(asker: Asker) -> None:
    fields = {"e": "pv", "url": "https://shop.example/é", "page": "Tea & cups", "eid": "m9", "aid": KEY, "uid": "u1"}
    answer = asker.ask("GET", f"/i?{urlencode(fields)}", headers={"origin": "https://shop.example"})
    assert (answer.status, answer.headers["content-type"], answer.body[:6]) == (200, "image/gif", b"GIF89a")
    assert answer.headers["cache-control"] == "no-store"
    assert said(asker.stored()[0]) == {"url": "https://shop.example/é", "title": "Tea & cups"}


def test_base64_with_and_without_padding_and_in_both_alphabets_is_read(asker: Asker) -> None:
    event = {"data": {"schema": "iglu:com.acme/tea/jsonschema/1-0-0", "data": {"note": "ÿþ?>~ naïve"}}}
    plain = json.dumps(event, ensure_ascii=False).encode()
    for number, packed in enumerate((base64.b64encode(plain), base64.urlsafe_b64encode(plain).rstrip(b"="))):
        query = f"e=ue&eid=m{number}&aid={KEY}&ue_px={quote(packed.decode())}"
        assert asker.ask("GET", f"/i?{query}").status == 200
    assert [said(event)["note"] for event in asker.stored()] == ["ÿþ?>~ naïve"] * 2


def test_one_unreadable_event_costs_only_itself_and_can_be_run_again(asker: Asker) -> None:
    good = {"e": "pv", "eid": "m2", "url": "https://shop.example"}
    answer = send(asker, {"e": "ue", "eid": "m1", "aid": KEY, "ue_pr": "{half"}, good, {"e": "se", "eid": "m3"})
    assert [one["code"] for one in answer["rejected"]] == ["wrong_type", "no_name"]
    kept = next(row for row in asker.refused() if row.code == "no_name")
    asker.events.rerun_rejected(kept.id, json.dumps({"e": "se", "eid": "m3", "se_ac": "tea poured"}).encode())
    assert [event.name for event in asker.stored()] == ["Page Viewed", "tea poured"]


def test_an_unknown_application_is_answered_401(asker: Asker) -> None:
    payload = {"data": [{"e": "pv", "eid": "m1", "aid": "other"}]}
    assert asker.post(TP2, payload, key=None).status == 401
    assert asker.post(TP2, {"data": [{"e": "pv"}]}, key=None).json["code"] == "missing_key"
