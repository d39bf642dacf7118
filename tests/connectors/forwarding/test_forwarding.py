"""Events reach other tools: all that were meant for them, in order, at least once with stable ids, and no names."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import Any

import pytest

from choral import Shop
from choral.books import SYSTEM, act
from choral.connectors.forwarding import actions
from choral.connectors.forwarding.door import Forwarding
from choral.connectors.forwarding.values import Settings
from choral.core.errors import InvalidInput, NotFound
from choral.customers.consent.values import Statement
from choral.events.store import Batch
from tests.connectors.forwarding.conftest import Receiver
from tests.customers.told import Told


@pytest.fixture
def forwarding(shop: Shop) -> Forwarding:
    return shop.connectors.forwarding


def added(forwarding: Forwarding, receiver: Receiver, **more: Any) -> str:
    return forwarding.add(SYSTEM, Settings("Tool", receiver.url, **more), since=0).id


def test_what_was_said_arrives_in_order_as_segments_calls(
    told: Told, forwarding: Forwarding, receiver: Receiver
) -> None:
    product = {"product_id": "P-1", "quantity": 1, "price": 9.9}
    told.says(
        "web",
        {"name": "Page Viewed", "ids": ["anonymous:a1"], "properties": {"path": "/tea", "title": "Tea"}},
        {"name": "Customer Identified", "ids": ["user:u1", "anonymous:a1"], "traits": {"plan": "gold"}},
        {"name": "Order Completed", "ids": ["user:u1"], "id": "o1", "at": 1_700_000_100_000_000,
         "properties": {"order_id": "O-1", "total": 9.9, "currency": "EUR", "products": [product]}},
        {"name": "Group Joined", "ids": ["user:u1"], "properties": {"group_id": "g1"}},
    )  # fmt: skip
    made = added(forwarding, receiver, write_key="wk_other")
    forwarding.deliver(made)
    page, identify, order, group = receiver.calls()
    assert [one["type"] for one in (page, identify, order, group)] == ["page", "identify", "track", "group"]
    assert (order["event"], order["properties"]["products"]) == ("Order Completed", [product])
    assert (order["messageId"], order["timestamp"]) == ("web:o1", "2023-11-14T22:15:00.000Z")
    assert group["groupId"] == "g1"
    assert receiver.requests[0][0]["authorization"] == "Basic d2tfb3RoZXI6"
    assert forwarding.destination(made).waiting == 0
    assert forwarding.destination(made).delivered == 4


def test_by_default_people_are_codes_that_differ_from_tool_to_tool_and_nothing_of_them_is_told(
    told: Told, forwarding: Forwarding, receiver: Receiver
) -> None:
    told.says("web", {
        "name": "Customer Identified", "ids": ["user:u1", "anonymous:a1"],
        "traits": {"email": "ada@example.com", "firstName": "Ada", "plan": "gold"},
    }, {"name": "Token Read", "ids": ["user:u1"], "properties": {"token": "T-77", "place": "door"}})  # fmt: skip
    first, second = added(forwarding, receiver), added(forwarding, receiver)
    forwarding.deliver(first)
    forwarding.deliver(second)
    sent = b"".join(body for _, body in receiver.requests)
    for secret in (b"ada@example.com", b"Ada", b'u1"', b"gold", b"T-77", b"email:#"):
        assert secret not in sent
    one, token, other, _ = receiver.calls()
    assert one["userId"] == token["userId"] != other["userId"]
    assert len(one["userId"]) == 32


def test_names_are_passed_on_only_of_those_who_agreed(told: Told, forwarding: Forwarding, receiver: Receiver) -> None:
    told.says(
        "web",
        {"name": "Customer Identified", "ids": ["user:yes"], "traits": {"email": "yes@example.com", "plan": "gold"}},
        {"name": "Customer Identified", "ids": ["user:no"], "traits": {"email": "no@example.com"}},
        {"name": "Product Viewed", "ids": ["user:yes", "card:8812"], "properties": {"product_id": "P-1"}},
    )  # fmt: skip
    forwarding._customers.consent.record(
        SYSTEM, [Statement("user:yes", "advertising", "*", "granted", "form", wording=1)]
    )
    made = added(forwarding, receiver, identifiers="plain", purpose="advertising")
    forwarding.deliver(made)
    yes, no, viewed = receiver.calls()
    assert (yes["userId"], yes["traits"]) == ("yes", {"plan": "gold", "email": "yes@example.com"})
    assert viewed["userId"] == "yes"
    assert {"id": "8812", "type": "card"}.items() <= viewed["externalIds"][0].items()
    assert (len(no["userId"]), no["traits"]) == (32, {})
    assert b"no@example.com" not in b"".join(body for _, body in receiver.requests)


def test_only_chosen_events_of_chosen_sources_are_sent(told: Told, forwarding: Forwarding, receiver: Receiver) -> None:
    told.says("web", {"name": "Product Viewed"}, {"name": "Page Viewed"})
    told.says("till", {"name": "Product Viewed", "id": "t1"})
    made = added(forwarding, receiver, events=("Product Viewed",), sources=("till",))
    forwarding.deliver(made)
    assert [one["messageId"] for one in receiver.calls()] == ["till:t1"]
    assert forwarding.destination(made).waiting == 0


def test_what_came_twice_is_sent_once(told: Told, forwarding: Forwarding, receiver: Receiver) -> None:
    told.says("web", {"id": "m-1"})
    forwarding._events.log.append(forwarding._events.log.read(0) and [_again(forwarding)])
    told.consume()
    forwarding.deliver(added(forwarding, receiver))
    assert [one["messageId"] for one in receiver.calls()] == ["web:m-1"]


def _again(forwarding: Forwarding) -> Any:
    one = forwarding._events.log.read(0)[0]
    return Batch(one.source, one.received_at, 1, one.payload)


def test_a_failure_is_tried_again_with_the_same_ids_and_nothing_overtakes_it(
    told: Told, forwarding: Forwarding, receiver: Receiver, no_pause: None
) -> None:
    told.says("web", *[{"id": f"n{number}"} for number in range(250)])
    receiver.answers = [(500, {}), (200, {}), (503, {}), (302, {"Location": "/elsewhere"})]
    made = added(forwarding, receiver)
    for _ in range(6):
        forwarding.deliver(made)
    ids = [[one["messageId"] for one in batch] for batch in receiver.batches()]
    assert ids[0] == ids[1]
    assert ids[2] == ids[3] == ids[4]
    assert [one for batch in (ids[1], ids[4], ids[5]) for one in batch] == [f"web:n{number}" for number in range(250)]
    found = forwarding.destination(made)
    assert (found.delivered, found.attempts, found.problem) == (250, 0, "")


def test_between_attempts_it_waits_longer_and_longer_or_as_long_as_it_is_asked_to(
    told: Told, forwarding: Forwarding, receiver: Receiver
) -> None:
    told.says("web", {})
    receiver.answers = [(429, {"Retry-After": "120"})]
    made = added(forwarding, receiver)
    forwarding.deliver(made)
    found = forwarding.destination(made)
    assert 119 < (found.retry_at - time.time() * 1e6) / 1e6 < 121
    assert "429" in found.problem
    forwarding.deliver(made)
    assert len(receiver.requests) == 1
    act(actions.resume, SYSTEM, made)
    forwarding.deliver(made)
    assert forwarding.destination(made).delivered == 1


def test_one_event_that_is_not_wanted_costs_only_itself_and_can_be_sent_again(
    told: Told, forwarding: Forwarding, receiver: Receiver, no_pause: None
) -> None:
    told.says("web", *[{"id": f"n{number}"} for number in range(40)])
    receiver.wants = lambda body: b'web:n17"' not in body
    made = added(forwarding, receiver)
    for _ in range(4):
        forwarding.deliver(made)
    assert forwarding.destination(made).delivered == 39
    dead = forwarding.dead(made)
    assert [(one.events, one.attempts) for one in dead] == [(1, 3)]
    assert not forwarding.resend(SYSTEM, dead[0].id).good
    receiver.wants = None
    assert forwarding.resend(SYSTEM, dead[0].id).good
    assert receiver.calls()[-1]["messageId"] == "web:n17"
    assert forwarding.dead(made) == []
    assert [one.state for one in forwarding.dead(made, "resent")] == ["resent"]


def test_what_is_never_taken_is_put_aside_so_that_the_rest_goes_on(
    told: Told, forwarding: Forwarding, receiver: Receiver, no_pause: None
) -> None:
    told.says("web", *[{"id": f"n{number}"} for number in range(101)])
    receiver.answers = [(500, {})] * 20
    made = added(forwarding, receiver)
    for _ in range(22):
        forwarding.deliver(made)
    found = forwarding.destination(made)
    assert (found.delivered, found.dead, found.waiting) == (1, 1, 0)
    assert forwarding.resend(SYSTEM, forwarding.dead(made)[0].id).good
    assert len(receiver.batches()[-1]) == 100


def test_a_pause_keeps_everything_and_a_replay_sends_it_again_from_a_day(
    told: Told, forwarding: Forwarding, receiver: Receiver
) -> None:
    made = added(forwarding, receiver)
    act(actions.pause, SYSTEM, made)
    told.says("web", {"id": "n1"})
    between = int(time.time() * 1e6)
    time.sleep(0.01)
    told.says("web", {"id": "n2"}, {"id": "n3"})
    forwarding.deliver(made)
    assert receiver.requests == []
    act(actions.resume, SYSTEM, made)
    forwarding.deliver(made)
    assert [one["messageId"] for one in receiver.calls()] == ["web:n1", "web:n2", "web:n3"]
    forwarding.replay(SYSTEM, made, between)
    forwarding.deliver(made)
    assert [one["messageId"] for one in receiver.calls()[3:]] == ["web:n2", "web:n3"]


def test_a_new_destination_gets_what_comes_from_now_on(told: Told, forwarding: Forwarding, receiver: Receiver) -> None:
    told.says("web", {"id": "before"})
    made = forwarding.add(SYSTEM, Settings("Tool", receiver.url)).id
    told.says("web", {"id": "after"})
    forwarding.deliver(made)
    assert [one["messageId"] for one in receiver.calls()] == ["web:after"]


def test_the_receiver_can_check_who_sent_it_and_a_renewed_secret_ends_the_old_one(
    told: Told, forwarding: Forwarding, receiver: Receiver
) -> None:
    told.says("web", {})
    made = added(forwarding, receiver)
    forwarding.deliver(made)
    secret = forwarding.secret(made)
    headers, body = receiver.requests[0]
    parts = dict(part.split("=") for part in headers["choral-signature"].split(","))
    signed = f"{parts['t']}.".encode() + body
    assert hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() == parts["v1"]
    assert headers["x-signature"] == hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()
    act(actions.renew_secret, SYSTEM, made)
    assert forwarding.secret(made) != secret


def test_one_slow_destination_keeps_no_other_waiting(told: Told, forwarding: Forwarding, receiver: Receiver) -> None:
    told.says("web", {"id": "n1"})
    slow = added(forwarding, receiver)
    quick = added(forwarding, receiver)
    taken = forwarding._sender.deliver

    def deliver(destination: Any) -> bool:
        if destination.id == slow:
            time.sleep(1.5)
        return taken(destination)

    forwarding._sender.deliver = deliver  # type: ignore[method-assign]
    begun = time.monotonic()
    forwarding.deliver_due()
    while not receiver.requests and time.monotonic() - begun < 5:
        time.sleep(0.02)
    assert time.monotonic() - begun < 1.2
    assert forwarding.destination(quick).delivered in (0, 1)
    forwarding.close()
    assert len(receiver.requests) == 2


def test_addresses_inside_the_house_and_purposes_that_are_none_are_refused(forwarding: Forwarding) -> None:
    with pytest.raises(InvalidInput) as refused:
        forwarding.add(SYSTEM, Settings("Tool", "http://hook.example/"))
    assert refused.value.code == "bad_address"
    with pytest.raises(InvalidInput) as refused:
        forwarding.add(SYSTEM, Settings("Tool", "https://hook.example/", identifiers="plain"))
    assert refused.value.code == "no_purpose"
    made = forwarding.add(SYSTEM, Settings("Tool", "https://127.0.0.1/")).id
    tried = forwarding.test(made)
    assert (tried.good, "private network" in tried.said) == (False, True)
    with pytest.raises(NotFound):
        forwarding.destination("nobody")


def test_a_removed_destination_is_gone_with_what_it_did_not_take(
    told: Told, forwarding: Forwarding, receiver: Receiver
) -> None:
    made = added(forwarding, receiver)
    act(actions.remove, SYSTEM, made)
    assert forwarding.destinations() == ()
    assert json.dumps(receiver.calls()) == "[]"
