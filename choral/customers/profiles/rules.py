"""What an event says about a person: the short line of the time line, the figures, the traits. Pure."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from choral.core.event import Event

ORDER = "Order Completed"
REFUND = "Order Refunded"
IDENTIFIED = "Customer Identified"
# What we tell ourselves about a customer stands on the time line, but nobody has met them by it.
UNCOUNTED = frozenset({"Audience Entered", "Audience Left"})
MOST_TRAITS = 300  # of one event; the field's SDKs stop there too
LONGEST_TRAIT = 2_000  # characters of JSON
_LONGEST_LABEL = 120


class Seen(NamedTuple):
    """An event the consumer accepted, with where it stands in the log."""

    position: int
    source: str
    event: Event


class Moment(NamedTuple):
    """A line of the time line; `subject` is the number of the identifier it was seen under."""

    position: int
    subject: int
    at: int
    name: str
    channel: str
    source: str
    amount: int | None
    currency: str | None
    order_id: str | None
    campaign: str | None
    place: str | None
    label: str | None


class _Said(msgspec.Struct, gc=False):
    """The properties a line may show; clients send any type, so nothing is believed."""

    order_id: Any = None
    campaign_id: Any = None
    campaign: Any = None
    coupon_id: Any = None
    coupon: Any = None
    store_id: Any = None
    name: Any = None
    title: Any = None
    query: Any = None
    subject: Any = None
    path: Any = None
    url: Any = None
    product_id: Any = None


_said = msgspec.json.Decoder(_Said)
_any = msgspec.json.Decoder()
_NOTHING = _Said()
_encode = msgspec.json.Encoder(order="deterministic").encode


def moment(seen: Seen, subject: int) -> Moment:
    """The short line of one event."""
    position, source, event = seen
    said = _read(event.properties)
    campaign = _text(said.campaign_id) or _text(said.campaign)
    if campaign is None and len(event.context) > 2 and b'"campaign"' in bytes(event.context):
        campaign = _campaign(event.context)
    return Moment(
        position, subject, event.at, event.name, event.channel, source, event.amount, event.currency,
        _text(said.order_id), campaign, _text(said.store_id), _label(said),
    )  # fmt: skip


def traits(event: Event) -> list[tuple[str, str]]:
    """Field and JSON value of each trait an event states about the person it names."""
    if event.name != IDENTIFIED:
        return []
    try:
        stated = _any.decode(event.properties)
    except msgspec.DecodeError:
        return []
    if not isinstance(stated, dict):
        return []
    if isinstance(stated.get("traits"), dict):
        stated = stated["traits"]
    found = []
    for field, value in list(stated.items())[:MOST_TRAITS]:
        text = _encode(value).decode()
        if len(text) <= LONGEST_TRAIT and value is not None:
            found.append((field[:120], text))
    return found


FigureKey = tuple[int, str, str]  # identifier (its number), channel, currency ('' for events without a value)


class Figures(msgspec.Struct, gc=False):
    """What one identifier did on one channel in one currency; adding is commutative and associative."""

    events: int = 0
    orders: int = 0
    revenue: int = 0
    refunded: int = 0
    first_at: int = 1 << 62
    last_at: int = -(1 << 62)
    first_order_at: int | None = None
    last_order_at: int | None = None

    def add(self, event: Event) -> None:
        at = event.at
        self.events += 1
        if at < self.first_at:  # twice as quick as min(), once for each event there is
            self.first_at = at
        if at > self.last_at:
            self.last_at = at
        if event.name == ORDER:
            self.orders += 1
            self.revenue += event.amount or 0
            self.first_order_at = at if self.first_order_at is None else min(self.first_order_at, at)
            self.last_order_at = at if self.last_order_at is None else max(self.last_order_at, at)
        elif event.name == REFUND:
            self.refunded += event.amount or 0


def _read(properties: msgspec.Raw) -> _Said:
    if len(properties) <= 2:
        return _NOTHING
    try:
        return _said.decode(properties)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return _NOTHING


def _label(said: _Said) -> str | None:
    for value in (
        said.name, said.title, said.subject, said.query, said.coupon_id, said.coupon, said.product_id,
        said.path, said.url,
    ):  # fmt: skip
        if value is not None and (text := _text(value)):
            return text[:_LONGEST_LABEL]
    return None


def _campaign(context: msgspec.Raw) -> str | None:
    try:
        said = _any.decode(context)
    except msgspec.DecodeError:
        return None
    campaign = said.get("campaign") if isinstance(said, dict) else None
    return _text(campaign.get("name") or campaign.get("id")) if isinstance(campaign, dict) else _text(campaign)


def _text(value: Any) -> str | None:
    """A text or a number as text; anything else says nothing here."""
    if value is None:
        return None
    if isinstance(value, str):
        return (value.replace("\0", "") if "\0" in value else value)[:255] or None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return None
