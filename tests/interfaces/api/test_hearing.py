"""A till's signed receipt is heard over HTTP, counts once, and nobody else is heard."""

from __future__ import annotations

from typing import Any

import pytest

from choral import Shop
from choral.channels.signature import sign
from choral.core.clock import SECOND, SYSTEM_CLOCK

RECEIPT = (
    b'{"receipt":"1","store":"7","at":"2026-11-24T10:00:00Z","currency":"EUR","total":4.5,"card":"8",'
    b'"lines":[{"product_id":"a","total":4.5}],"coupons":["C"]}'
)


@pytest.fixture
def call(shop: Shop) -> Any:
    from django.test import Client

    source = shop.events.create_source("Till", "store")

    def post(body: bytes = RECEIPT, key: str = "", channel: str = "store_till", source_id: str = "") -> Any:
        signed = sign(key or source.write_key, SYSTEM_CLOCK.now() // SECOND, body)
        client = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
        path = f"/hear/{channel}/{source_id or source.id}"
        return client.post(path, body, content_type="application/json", HTTP_CHORAL_SIGNATURE=signed)

    return post


def test_a_signed_receipt_is_on_disk_and_counts_once(shop: Shop, call: Any) -> None:
    assert call().json() == {"accepted": 2, "duplicates": 0, "refused": []}
    assert call().json() == {"accepted": 0, "duplicates": 2, "refused": []}
    assert [one.event.name for one in shop.events.recent()] == ["Coupon Redeemed", "Order Completed"]
    assert shop.events.recent()[1].event.amount == 450


def test_nobody_else_is_heard(shop: Shop, call: Any) -> None:
    for answer in (call(key="another"), call(source_id="nothing"), call(body=b"x" * 2_000_000)):
        assert answer.status_code in (401, 413)
        assert {"code", "what", "why", "fix", "request"} <= set(answer.json())
    shop.events.set_source(shop.events.sources()[-1].id, enabled=False)
    assert call().status_code == 401
    assert shop.log.head() == 0


def test_what_cannot_be_heard_says_so(call: Any) -> None:
    assert call(channel="direct_mail").status_code in (400, 422)
    assert call(channel="carrier_pigeon").status_code == 404
    assert call(body=b"[]").status_code == 400
