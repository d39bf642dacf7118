"""Our events as Google Analytics 4's recommended events, and back.

Source: https://developers.google.com/analytics/devguides/collection/ga4/reference/events (names, parameters, items).
Amounts are in major units there as in our properties.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from choral.events.schema.catalogue import SCHEMAS
from choral.events.schema.kinds import Line, Order, Product

Parameters = dict[str, Any]
_ITEM = {
    "product_id": "item_id", "name": "item_name", "brand": "item_brand", "category": "item_category",
    "variant": "item_variant", "position": "index", "list_id": "item_list_id",
}  # fmt: skip
_ITEM_BACK = {theirs: ours for ours, theirs in _ITEM.items()}
_OF_A_LINE = frozenset(Line.__struct_fields__) | {"list_id"}
_ORDER = {"order_id": "transaction_id", "payment_method": "payment_type", "shipping_method": "shipping_tier"}
_PROMOTION = {"name": "promotion_name", "creative": "creative_name", "position": "creative_slot"}
_PAGE = {"url": "page_location", "title": "page_title", "referrer": "page_referrer"}
# Our properties -> their parameters, by their event; what is not listed keeps its name.
_PARAMETERS: dict[str, dict[str, str]] = {
    "search": {"query": "search_term"},
    "view_item_list": {"list_id": "item_list_id", "category": "item_list_name"},
    "view_promotion": _PROMOTION,
    "select_promotion": _PROMOTION,
    "share": {"share_via": "method", "product_id": "item_id"},
    "page_view": _PAGE,
    "screen_view": {"name": "screen_name"},
    "form_submit": {"form_id": "form_id"},
    "earn_virtual_currency": {"points": "value"},
    "spend_virtual_currency": {"points": "value", "reason": "item_name"},
    "generate_lead": {"source": "lead_source"},
    **dict.fromkeys(("begin_checkout", "purchase", "refund"), _ORDER | {"revenue": "value"}),
    **dict.fromkeys(("add_payment_info", "add_shipping_info"), _ORDER),
}
_NAMES = {one.GA4: name for name, one in SCHEMAS.items() if one.GA4}
_ALSO = {"view_search_results": "search"}  # the same thing said automatically


def to_ga4(name: str, properties: Mapping[str, Any]) -> tuple[str, Parameters]:
    """The recommended event and its parameters; an event without a counterpart keeps its meaning as a custom one.

    GA4 knows one amount, `value`: the revenue, else the total, else the value. Custom names are written as GA4
    demands, letters, digits and underscores.
    """
    schema = SCHEMAS.get(name)
    theirs = schema.GA4 if schema and schema.GA4 else None
    if schema is None or theirs is None:
        return "_".join("".join(c if c.isalnum() else " " for c in name).lower().split()), dict(properties)
    rest = dict(properties)
    items: list[Parameters] | None = None
    if isinstance(rest.get("products"), list):
        items = [_renamed(one, _ITEM) for one in rest.pop("products")]
    elif issubclass(schema, Product) and theirs != "share":
        items = [_renamed({key: rest.pop(key) for key in list(rest) if key in _OF_A_LINE}, _ITEM)]
    if issubclass(schema, Order) and rest.get("revenue") is None:
        rest["revenue"] = next((rest[key] for key in ("total", "value") if rest.get(key) is not None), None)
    if issubclass(schema, Order):
        rest.pop("value", None)
        rest = {key: value for key, value in rest.items() if key != "revenue" or value is not None}
    found = _renamed(rest, _PARAMETERS.get(theirs, {}))
    return theirs, found if items is None else found | {"items": items}


def from_ga4(name: str, parameters: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The name and properties of one of their events; an event without a counterpart keeps its name."""
    theirs = _ALSO.get(name, name)
    ours = _NAMES.get(theirs)
    if ours is None:
        return name, dict(parameters)
    rest = dict(parameters)
    items = rest.pop("items", None)
    found = _renamed(rest, {there: here for here, there in _PARAMETERS.get(theirs, {}).items()})
    if not isinstance(items, list):
        return ours, found
    lines = [_renamed(one, _ITEM_BACK) for one in items if isinstance(one, dict)]
    schema = SCHEMAS[ours]
    if "products" in schema.__struct_fields__:
        return ours, found | {"products": lines}
    # Their events of one product may speak of several; the first says what it is, the rest are kept beside it.
    first = lines[0] if lines else {}
    more = {"products": lines} if len(lines) > 1 else {}
    return ours, first | found | more


def _renamed(given: Mapping[str, Any], names: Mapping[str, str]) -> Parameters:
    return {names.get(key, key): value for key, value in given.items()}
