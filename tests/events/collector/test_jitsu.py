"""Jitsu's addresses take its SDK's calls, with the key where that SDK puts it."""

from __future__ import annotations

import pytest

from tests.events.collector.conftest import KEY, Asker


@pytest.mark.parametrize("side", ["", "s2s/"])
def test_a_call_with_a_masked_key_in_its_body_is_known_by_its_header(side: str, asker: Asker) -> None:
    call = {"type": "track", "event": "Order Completed", "userId": "u1", "messageId": "m1", "writeKey": f"{KEY}:***",
            "properties": {"order_id": "O1", "total": 9.9, "currency": "EUR"}}  # fmt: skip
    answer = asker.post(f"/api/s/{side}track", call, {"x-write-key": f"{KEY}:secret"}, key=None)
    assert (answer.status, answer.json["accepted"]) == (200, 1)
    assert (asker.stored()[0].name, asker.stored()[0].amount) == ("Order Completed", 990)


def test_the_kind_of_call_may_stand_in_the_address_alone(asker: Asker) -> None:
    for call in ("page", "screen", "identify", "group", "alias"):
        body = {"userId": "u1", "messageId": call, "groupId": "g1", "previousId": "a1"}
        assert asker.post(f"/api/s/{call}", body).json["accepted"] == 1
    assert [event.name for event in asker.stored()] == [
        "Page Viewed", "Screen Viewed", "Customer Identified", "Group Joined", "Identifiers Linked",
    ]  # fmt: skip
