"""The till of a store: hears signed receipts, as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec

from choral.channels.contract import Capabilities, Example, Message, Receipt, Request, unsupported
from choral.channels.signature import sign, verify
from choral.core.clock import SECOND, SYSTEM_CLOCK, Clock
from choral.core.errors import InvalidInput

_encode = msgspec.json.Encoder(decimal_format="number").encode


class Line(msgspec.Struct, forbid_unknown_fields=False):
    """What was sold: amounts in major units as on the receipt; a negative quantity was taken back."""

    product_id: str
    total: Decimal
    quantity: Decimal = Decimal(1)
    name: str | None = None
    discount: Decimal | None = None


class TillReceipt(msgspec.Struct):
    """A receipt as a till sends it. `at` is ISO 8601 with its zone; `card`, `email`, `phone` only where known."""

    receipt: str
    store: str
    at: str
    currency: str
    total: Decimal
    lines: list[Line] = []
    card: str | None = None
    email: str | None = None
    phone: str | None = None
    cashier: str | None = None
    coupons: list[str] = []


_receipt = msgspec.json.Decoder(TillReceipt, strict=False)


@dataclass(frozen=True)
class Settings:
    """`secret` is shared with the till and signs its receipts."""

    secret: str


class StoreTill:
    """See the module's sentence."""

    key = "store_till"
    label = "Store till"
    capabilities = Capabilities(hears=True, speaks=False)
    settings = Settings

    def __init__(self, clock: Clock = SYSTEM_CLOCK) -> None:
        self._clock = clock

    def hear(self, request: Request, settings: Any) -> list[dict[str, object]]:
        """A receipt becomes an order (or a refund when its total is below zero) and a redemption for each coupon."""
        verify(settings.secret, request.headers.get("choral-signature", ""), request.body, self._clock.now() // SECOND)
        try:
            said = _receipt.decode(request.body)
        except (msgspec.DecodeError, UnicodeDecodeError) as problem:
            raise InvalidInput("unreadable_receipt", "The receipt cannot be read.", f"{problem}.",
                               "Send the fields of choral.channels.store_till.TillReceipt.") from problem  # fmt: skip
        ids = [f"{kind}:{value}" for kind in ("card", "email", "phone") if (value := getattr(said, kind))]
        where: dict[str, object] = {"ids": ids, "channel": "store", "at": said.at}
        properties = _properties(said)
        name = "Order Refunded" if said.total < 0 else "Order Completed"
        order: dict[str, object] = {
            "name": name,
            "id": f"receipt-{said.store}-{said.receipt}",
            "properties": properties,
            **where,
        }
        return [order] + [
            {
                "name": "Coupon Redeemed", "id": f"receipt-{said.store}-{said.receipt}-coupon-{place}",
                "properties": {"coupon_id": coupon, "order_id": said.receipt, "store_id": said.store}, **where,
            }
            for place, coupon in enumerate(said.coupons)
        ]  # fmt: skip

    def deliver(self, message: Message, settings: Any) -> Receipt:
        raise unsupported(self, "send messages")

    @property
    def examples(self) -> list[Example]:
        return [_sale(self._clock.now() // SECOND)]


def _properties(said: TillReceipt) -> dict[str, object]:
    sign_of = -1 if said.total < 0 else 1
    lines = [
        {"product_id": one.product_id, "quantity": sign_of * one.quantity, "total": sign_of * one.total}
        | {key: value for key in ("name", "discount") if (value := getattr(one, key)) is not None}
        for one in said.lines
    ]
    found = {"order_id": said.receipt, "store_id": said.store, "total": abs(said.total), "currency": said.currency,
             "products": lines}  # fmt: skip
    # Amounts leave as JSON numbers with the digits of the receipt, never as floats.
    plain: dict[str, object] = msgspec.json.decode(_encode(found))
    return plain | ({"cashier": said.cashier} if said.cashier else {})


def _sale(now: int) -> Example:
    body = (
        b'{"receipt":"R-1042","store":"7","at":"2026-11-24T10:15:00+01:00","currency":"EUR","total":12.40,'
        b'"card":"8812","lines":[{"product_id":"340","name":"Coffee","quantity":2,"total":9.80},'
        b'{"product_id":"88","name":"Bread","total":2.60}],"coupons":["AUTUMN"]}'
    )
    where = {"ids": ["card:8812"], "channel": "store", "at": "2026-11-24T10:15:00+01:00"}
    order = {
        "order_id": "R-1042", "store_id": "7", "total": 12.4, "currency": "EUR",
        "products": [
            {"product_id": "340", "quantity": 2, "total": 9.8, "name": "Coffee"},
            {"product_id": "88", "quantity": 1, "total": 2.6, "name": "Bread"},
        ],
    }  # fmt: skip
    coupon = {"coupon_id": "AUTUMN", "order_id": "R-1042", "store_id": "7"}
    return Example(
        "A sale with a card and a coupon", {"secret": "shared"},
        Request({"choral-signature": sign("shared", now, body)}, body),
        [
            {"name": "Order Completed", "id": "receipt-7-R-1042", "properties": order, **where},
            {"name": "Coupon Redeemed", "id": "receipt-7-R-1042-coupon-0", "properties": coupon, **where},
        ],
    )  # fmt: skip


CHANNEL = StoreTill()
