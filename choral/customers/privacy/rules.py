"""What is done to a person's events, and whether a text is about them. Pure."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from choral.core.clock import to_datetime, to_microseconds
from choral.core.event import EMPTY, Event
from choral.customers.identity.directions import AGAIN, APART, MERGED, UNDONE
from choral.customers.identity.rules import SILENT, tier_of
from choral.customers.privacy.traces import ERASED, Traces

# What the law wants kept (receipts, refunds): amounts without the person.
KEPT_EVENTS = frozenset({"Order Completed", "Order Refunded"})
_DECISIONS = frozenset({MERGED, UNDONE, APART, AGAIN})
_KEPT_OF_ORDERS = ("order_id", "store_id", "total", "subtotal", "revenue", "tax", "shipping", "discount", "currency")
_KEPT_OF_LINES = ("product_id", "sku", "category", "quantity", "price", "total", "discount")
_KEPT_OF_OTHERS = ("campaign_id", "store_id", "product_id")  # so that sums of campaigns and products stay right
_KEPT_WHEN_OLD = ("campaign_id", "store_id")
_LONGEST = 64
_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode
_CODE = re.compile(r"[\w.:-]+")
_CATEGORY = re.compile(r"[\w .:&/,'-]+")


def anonymous(event: Event, position: int, own: frozenset[str], traces: Traces, stand_in: str) -> Event:
    """A person's event without the person: a receipt keeps its amounts and products under `stand_in`, an identifier
    nobody else has; anything else keeps only what is counted. Nothing free stays, whatever it was."""
    alone = event.name in _DECISIONS or _centre(event.ids) in own
    others = () if alone else tuple(one for one in event.ids if one not in own)
    said = _object(event.properties)
    if event.name in KEPT_EVENTS or event.amount is not None:
        kept = {key: said[key] for key in _KEPT_OF_ORDERS if _plain(said.get(key), traces)}
        lines = said.get("products")
        if isinstance(lines, list):
            kept["products"] = [
                {key: line[key] for key in _KEPT_OF_LINES if _plain(line.get(key), traces, words=key == "category")}
                for line in lines
                if isinstance(line, dict)
            ]
        name = event.id if _plain(event.id, traces, 400) else f"erased-{position}"
        return _replaced(event, name, (stand_in, *others), kept)
    kept = {key: said[key] for key in _KEPT_OF_OTHERS if _plain(said.get(key), traces)}
    return _replaced(event, f"erased-{position}", others, kept)


def aged(event: Event) -> Event:
    """An old event that is only counted any more: who, when, which kind, and of which campaign and store."""
    said = _object(event.properties)
    nobody = Traces(())
    kept = {key: said[key] for key in _KEPT_WHEN_OLD if _plain(said.get(key), nobody)}
    return _replaced(event, event.id, event.ids, kept)


def is_about(event: Event, own: frozenset[str]) -> bool:
    """Whether an event is the person's: the identifier it is kept under, or its strongest one, is theirs; a decision
    of staff about two identifiers is when either is."""
    if event.name in _DECISIONS:
        said = _object(event.properties)
        return not own.isdisjoint((*event.ids, str(said.get("one")), str(said.get("other"))))
    return bool(event.ids) and (event.ids[0] in own or _centre(event.ids) in own)


def without(event: Event, own: frozenset[str], traces: Traces) -> Event:
    """Somebody else's event without the person's identifiers and contacts, where any stand in it."""
    ids = tuple(one for one in event.ids if one not in own)
    properties, context = (_masked(raw, traces) for raw in (event.properties, event.context))
    name = traces.mask(event.id)
    if (ids, properties, context, name) == (event.ids, event.properties, event.context, event.id):
        return event
    return msgspec.structs.replace(event, id=name, ids=ids, properties=properties, context=context)


def masked(value: Any, traces: Traces) -> Any:
    """Plain data with the person's contacts masked in every text, keys included."""
    if isinstance(value, str):
        return ERASED if value in traces.identifiers else traces.mask(value)
    if isinstance(value, list):
        return [masked(one, traces) for one in value]
    if isinstance(value, dict):
        return {traces.mask(str(key)): masked(one, traces) for key, one in value.items()}
    return value


def names_person(text: str, traces: Traces) -> bool:
    """Whether a text of JSON (a refused event) names the person: an identifier's value whole, or a contact or name."""
    return traces.stands_in(text) or any(f'"{one}"' in text for one in traces.plain)


def about_person(customers: Iterable[str], traces: Traces) -> Callable[[str], bool]:
    """Whether a subject or a content of the audit log is about the person, by any of these customer ids too."""
    ids = {one for one in customers if one}
    names = {*traces.identifiers, *traces.plain, *ids, *(f"customer:{one}" for one in ids)}

    def matches(text: str) -> bool:
        return text in names or any(f'"{one}"' in text for one in names) or traces.stands_in(text)

    return matches


def a_month_after(at: int) -> int:
    """The same day of the next month, its last where it has none (GDPR art. 12(3)); µs UTC."""
    moment = to_datetime(at)
    year, month = divmod(moment.year * 12 + moment.month, 12)
    day = min(moment.day, monthrange(year, month + 1)[1])
    return to_microseconds(moment.replace(year=year, month=month + 1, day=day))


def _centre(ids: tuple[str, ...]) -> str:
    """The identifier an event's evidence hangs on: the strongest that links at all, else the first."""
    linking = sorted((tier_of(one), one) for one in ids if tier_of(one) < SILENT)
    return linking[0][1] if linking else (ids[0] if ids else "")


def _replaced(event: Event, name: str, ids: tuple[str, ...], said: Mapping[str, Any]) -> Event:
    return Event(
        name, event.name, event.at, ids, event.channel, event.amount, event.currency,
        msgspec.Raw(_encode(said)) if said else EMPTY, EMPTY, None, event.version,
    )  # fmt: skip


def _plain(value: Any, traces: Traces, longest: int = _LONGEST, words: bool = False) -> bool:
    """A number, or a short code without anything free in it (`words`: the name of a category may have spaces)."""
    if isinstance(value, bool) or value is None:
        return False
    if isinstance(value, int | float):
        return True
    return (
        isinstance(value, str) and len(value) <= longest
        and (_CATEGORY if words else _CODE).fullmatch(value) is not None
        and value not in traces.plain and not traces.stands_in(value)
    )  # fmt: skip


def _object(raw: msgspec.Raw) -> dict[str, Any]:
    found = _decode(raw)
    return found if isinstance(found, dict) else {}


def _masked(raw: msgspec.Raw, traces: Traces) -> msgspec.Raw:
    text = bytes(raw).decode("utf-8", "replace")
    if not traces.contacts.search(text) and not any(one in text for one in traces.identifiers):
        return raw
    return msgspec.Raw(_encode(masked(_decode(raw), traces)))
