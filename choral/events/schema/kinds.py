"""What a property can be, and the shapes that many events share. One class an event; no event is here."""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec

# Clients write ids as numbers as often as texts; both are kept as sent. True and false are neither.
Text = str | int | float | None
# 9.90, or "9.90"; a text that is no number is refused. Amounts of money are in major units of `currency`.
Number = float | None
Flag = bool | None
# Anything JSON can say.
Anything = Any


class Properties(msgspec.Struct, gc=False):
    """The properties of an event, all of them optional. The docstring of a class is the event's meaning.

    `EVENT` is the name in the log; `VERSION` grows when a property changes its meaning or type; `SEGMENT` is the name
    in Segment's specifications where it is another one, `GA4` the recommended event of Google Analytics 4.
    Properties that are not named here are kept as they are.
    """

    EVENT: ClassVar[str] = ""
    VERSION: ClassVar[int] = 1
    SEGMENT: ClassVar[str | None] = None
    GA4: ClassVar[str | None] = None


class Line(msgspec.Struct, gc=False):
    """A product in a list, a cart or an order."""

    product_id: Text = None
    sku: Text = None
    category: Text = None
    name: Text = None
    brand: Text = None
    variant: Text = None
    price: Number = None
    quantity: Number = None
    total: Number = None
    discount: Number = None
    coupon: Text = None
    position: Number = None
    url: Text = None
    image_url: Text = None


Lines = list[Line] | None


class Product(Properties):
    """One product, its fields beside the event's own."""

    product_id: Text = None
    sku: Text = None
    category: Text = None
    name: Text = None
    brand: Text = None
    variant: Text = None
    price: Number = None
    quantity: Number = None
    coupon: Text = None
    position: Number = None
    url: Text = None
    image_url: Text = None
    currency: str | None = None
    value: Number = None


class Order(Properties):
    """What is said of an order whenever it is spoken of."""

    order_id: Text = None
    checkout_id: Text = None
    receipt_id: Text = None
    affiliation: Text = None
    channel: Text = None
    store_id: Text = None
    subtotal: Number = None
    total: Number = None
    revenue: Number = None
    value: Number = None
    shipping: Number = None
    tax: Number = None
    discount: Number = None
    coupon: Text = None
    payment_method: Text = None
    currency: str | None = None
    products: Lines = None


class Coupon(Properties):
    """What is said of a coupon."""

    coupon_id: Text = None
    coupon_name: Text = None
    campaign_id: Text = None
    order_id: Text = None
    cart_id: Text = None
    product_id: Text = None
    store_id: Text = None
    discount: Number = None
    currency: str | None = None


class Message(Properties):
    """A message to one customer in any channel."""

    message_id: Text = None
    campaign_id: Text = None
    campaign_name: Text = None
    template_id: Text = None
    provider: Text = None
    reason: Text = None
    url: Text = None


class Conversation(Properties):
    """A conversation with a person or a bot in any channel."""

    conversation_id: Text = None
    agent_id: Text = None
    subject: Text = None
    bot: Flag = None
