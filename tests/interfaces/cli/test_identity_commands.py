"""Who is one person, from the terminal: rules, quarantine, merge, hold apart, undo."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from choral import open_shop
from choral.books.outbox import BooksOutbox
from choral.customers.consumer import consume
from choral.events.relay import relay
from choral.home import Home
from tests.interfaces.cli.called import call

Settled = Callable[[], dict[str, str]]


@pytest.fixture
def settled(cafe: Home) -> Settled:
    lines = [
        {"id": "1", "name": "Page Viewed", "ids": ["user:1"]},
        {"id": "2", "name": "Page Viewed", "ids": ["card:5"]},
    ]
    call("send", given="\n".join(json.dumps(line) for line in lines).encode())

    def work() -> dict[str, str]:
        with open_shop(cafe.path) as shop:
            relay(BooksOutbox(), shop.log)
            while consume(shop.home, shop.log):
                pass
            return shop.customers.resolve(["user:1", "card:5"])

    return work


def test_a_merge_is_previewed_made_and_undone(settled: Settled) -> None:
    found = settled()
    pair = found["user:1"], found["card:5"]
    assert "--confirm" in call("identity", "preview", *pair).out
    refused = call("identity", "merge", *pair, "--reason", "same", "--json")
    assert (refused.code, refused.error["code"]) == (5, "confirmation_needed")
    made = call("identity", "merge", *pair, "--reason", "same", "--confirm", "--json").json
    assert len(set(settled().values())) == 1
    assert "same" in call("identity", "corrections").out
    assert call("identity", "undo", made["id"]).code == 0
    assert len(set(settled().values())) == 2


def test_rules_are_shown_tried_and_set_and_values_blocked_and_released(settled: Settled) -> None:
    settled()
    assert "card" in call("identity", "rules").out
    assert call("identity", "set", "card", "--no-links", "--try", "--json").json["identifiers"] == 2
    assert call("identity", "set", "card", "--most", "3", "--json").json["most"] == 3
    assert call("identity", "set", "card", "--default", "--json").json["changed"] is False
    rule = call("identity", "block", "card:5", "--reason", "a test card", "--json").json
    settled()
    assert [row["state"] for row in call("identity", "quarantine", "--json").json["rows"]] == ["blocked"]
    assert call("identity", "release", rule["id"]).code == 0
    assert call("identity", "allow", "card:5", "--most", "70", "--reason", "a club").code == 0
    call("sources", "create", "Counter")
    assert call("identity", "tablet", "counter", "--reason", "many use it").code == 0
    assert call("identity", "tablet", "nowhere", "--reason", "x", "--json").error["code"] == "no_such_source"
    assert call("identity", "apart", "user:1", "card:5", "--reason", "two people").code == 0
    assert call("identity", "block", "nonsense", "--reason", "x", "--json").error["code"] == "not_an_identifier"
