"""`choral findings` and `choral why`: the same answers in the terminal, in words and in JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from choral import open_shop
from choral.core.clock import DAY
from choral.events.lake import writer
from choral.home import Home
from tests.interfaces.cli.called import call

FIRST = 1_767_258_000_000_000  # 2026-01-01 10:00 in Paris


@pytest.fixture
def silent(cafe: Home) -> Iterator[Home]:
    """A shop whose till goes on while the counter at its door fell silent."""
    shop = open_shop(cafe.path)
    for name, days in (("till", 80), ("door", 60)):
        source = shop.events.create_source(name, "store", name)
        events = [
            {"name": "Order Completed" if name == "till" else "Store Entered", "id": f"{name}{day}", "ids": [],
             "at": FIRST + day * DAY,
             "properties": {"order_id": f"o{day}", "total": 20 + day % 3, "currency": "EUR", "store_id": "1"}}
            for day in range(days)
        ]  # fmt: skip
        shop.events.accept(source, events)
    writer.flush(shop.home.lake, shop.log, shop.log.head(), lambda after, upto: ())
    shop.analytics.refresh(shop.customers.identity_map(), shop.customers.identity_version())
    shop.close()
    yield cafe


def test_findings_are_read_put_away_and_brought_back_in_the_terminal(silent: Home) -> None:
    (row,) = json.loads(call("findings", "--json").out)["rows"]
    assert row["kind"] == "silent_source"
    assert "Nothing has come from the source door" in call("findings").out
    assert "Rien n’arrive plus de la source door" in call("findings", "--text", "--language", "fr").out
    assert "1 put away" in call("findings", "--put-away", row["key"]).out
    assert "Nothing has come" in call("findings", "--bring-back", row["key"]).out
    assert call("findings", "--put-away", "nothing-like-it").code == 3


def test_what_was_said_is_looked_back_at(silent: Home) -> None:
    assert "Nothing yet" in call("findings", "--said").out
    shop = open_shop(silent.path)
    shop.analytics.findings.prepare()
    shop.close()
    assert "Nothing has come from the source door" in call("findings", "--said").out


def test_a_change_is_taken_apart_in_the_terminal(silent: Home) -> None:
    found = json.loads(call("why", "sales", "--by", "channel", "--json").out)
    assert sum(part["effect"] for part in found["parts"]) == found["after"] - found["before"]
    shown = call("why", "sales", "--by", "channel").out
    assert "buyers" in shown
    assert "volume" in shown
    assert call("why", "orders", "--by", "department").code == 4
