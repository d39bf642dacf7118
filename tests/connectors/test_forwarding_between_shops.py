"""What one shop passes on, another one takes: over HTTP, with Segment's protocol between them."""

from __future__ import annotations

from pathlib import Path

import pytest

from choral import Shop
from choral.books import SYSTEM
from choral.connectors.forwarding.values import Settings
from choral.events.store import Source
from choral.home import Home
from tests.customers.told import Told
from tests.served import opened, served, stored_events


def test_another_shop_of_ours_takes_what_is_passed_on(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever speaks Segment's protocol can be a destination: here our own server, in a process of its own."""
    told, forwarding = Told(shop), shop.connectors.forwarding
    order = {"order_id": "O-1", "total": 9.9, "currency": "EUR", "products": [{"product_id": "P-1"}]}
    told.says("web", {"name": "Order Completed", "ids": ["user:u1"], "properties": order}, {"ids": ["anonymous:a1"]})
    other = Home.make(tmp_path / "other", name="Other shop")
    with opened(other) as (log, _):
        log.add_source(Source("first", "First", "web", "wk_first", 1))
    with served(other, "edge") as server:
        monkeypatch.setenv("CHORAL_OUTBOUND_HOSTS", f"127.0.0.1:{server.port}")
        made = forwarding.add(SYSTEM, Settings("Other", f"{server.url}/v1/batch", write_key="wk_first"), since=0).id
        for _ in range(2):
            forwarding.deliver(made)
            forwarding.replay(SYSTEM, made, 0)  # the same again: the other shop counts it once
        with opened(other) as (log, _):
            found = [event for _, event in stored_events(log)]
    assert [(event.name, event.amount) for event in found] == [("Order Completed", 990), ("Page Viewed", None)]
