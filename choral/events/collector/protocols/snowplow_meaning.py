"""What Snowplow's events mean in the vocabulary: page views, structured events, e-commerce actions and their entities.

Source: https://docs.snowplow.io/docs/events/ (names of events, e-commerce actions and entities). Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

Fields = dict[str, Any]
_COMMERCE = "com.snowplowanalytics.snowplow.ecommerce"
_PRODUCT = {"id": "product_id", "creative_id": "creative"}
_TRANSACTION = {"transaction_id": "order_id", "discount_code": "coupon", "discount_amount": "discount"}
_REFUND = {"transaction_id": "order_id", "refund_amount": "revenue", "refund_reason": "reason"}
_PROMOTION = {"id": "promotion_id", "creative_id": "creative", "slot": "position"}
_CART = {"total_value": "value"}
_STEP = {"delivery_method": "shipping_method", "coupon_code": "coupon"}
_LINK = {"targetUrl": "url", "elementContent": "text"}
_OLD_ORDER = {
    "tr_id": "order_id", "tr_af": "affiliation", "tr_tt": "total", "tr_tx": "tax", "tr_sh": "shipping",
    "tr_cu": "currency",
}  # fmt: skip
_OLD_ITEM = {
    "ti_id": "order_id", "ti_sk": "sku", "ti_nm": "name", "ti_ca": "category", "ti_pr": "price", "ti_qu": "quantity",
    "ti_cu": "currency",
}  # fmt: skip
_STRUCTURED = {"se_ca": "category", "se_la": "label", "se_pr": "property", "se_va": "value"}
_AGREED = frozenset(("allow_all", "allow_selected", "implicit_consent"))
_REFUSED = frozenset(("deny_all", "withdrawn", "expired"))


class Described(NamedTuple):
    """A self-describing JSON: its schema's vendor, name and version, and what it says."""

    vendor: str
    name: str
    version: str
    data: Fields

    @property
    def of_commerce(self) -> bool:
        return self.vendor == _COMMERCE


class Said(NamedTuple):
    """One event in our words. `in_place`: `identifiers` stand instead of the tracker's user and cookie."""

    name: str
    properties: Fields = {}
    traits: Fields | None = None
    identifiers: tuple[tuple[str, str | None], ...] = ()
    about_someone: bool = False
    in_place: bool = False


def meaning(fields: Fields, event: Described | None, entities: Sequence[Described]) -> list[Said]:
    """What one event says: as a rule one thing; several where it speaks of several products or purposes."""
    if event is not None:
        return _self_describing(event, entities)
    kind = str(fields.get("e", ""))
    if kind == "pv":
        page = {"url": fields.get("url"), "title": fields.get("page"), "referrer": fields.get("refr")}
        return [Said("Page Viewed", _said(page))]
    if kind == "pp":
        return [Said("page_ping", {key[3:]: value for key, value in fields.items() if key.startswith("pp_")})]
    if kind == "se":
        return [Said(str(fields.get("se_ac") or ""), _renamed(fields, _STRUCTURED, only=True))]
    if kind == "tr":
        return [Said("Order Completed", _renamed(fields, _OLD_ORDER, only=True))]
    if kind == "ti":
        return [Said("transaction_item", _renamed(fields, _OLD_ITEM, only=True))]
    return [Said(kind if kind != "ue" else "")]


def _self_describing(event: Described, entities: Sequence[Described]) -> list[Said]:
    if event.of_commerce and event.name == "snowplow_ecommerce_action":
        return _action(event.data, {name: _all(entities, name) for name in _ENTITIES})
    make = _EVENTS.get(event.name)
    if make is not None:
        return make(event.data)
    return [Said(event.name, event.data)]


def _action(action: Fields, about: Mapping[str, list[Fields]]) -> list[Said]:
    kind = str(action.get("type", ""))
    products = [_renamed(one, _PRODUCT) for one in about["product"]]
    cart = _renamed(about["cart"][0], _CART) if about["cart"] else {}
    who = _person(about["user"])
    if kind in _OF_ONE_PRODUCT:
        name = _OF_ONE_PRODUCT[kind]
        both = [cart | product if kind != "product_view" else product for product in products or [{}]]
        return [Said(name, _named(both[0], action, kind) | who), *[Said(name, one | who) for one in both[1:]]]
    if kind == "list_view":
        listed = _said({"list_id": action.get("name"), "products": products or None})
        return [Said("Product List Viewed", listed | who)]
    if kind in _OF_PROMOTIONS:
        shown = [_renamed(one, _PROMOTION) for one in about["promotion"]] or [{}]
        return [Said(_OF_PROMOTIONS[kind], one | who) for one in shown]
    if kind == "checkout_step":
        step = _renamed(about["checkout_step"][0], _STEP) if about["checkout_step"] else {}
        first = str(step.get("step", "")) == "1"
        started = cart | step | ({"products": products} if products else {})
        return [Said("Checkout Started" if first else "Checkout Step Viewed", started | who)]
    if kind in _OF_ORDERS:
        name, entity, names = _OF_ORDERS[kind]
        order = _renamed(about[entity][0], names) if about[entity] else {}
        return [Said(name, order | ({"products": products} if products else {}) | who)]
    return [Said(kind, action | _said({"products": products or None}) | who)]


def _named(product: Fields, action: Fields, kind: str) -> Fields:
    """A product chosen from a list says from which."""
    return product | _said({"list_id": action.get("name")}) if kind == "list_click" else product


def _person(users: list[Fields]) -> Fields:
    """The e-mail address of the user entity; the tracker's own user id stands in the event."""
    return _said({"email": users[0].get("email")}) if users else {}


def _identify(data: Fields) -> list[Said]:
    return [Said("Customer Identified", traits=data, about_someone=True)]


def _group(data: Fields) -> list[Said]:
    group = data.get("group_id") or data.get("group") or data.get("id")
    rest = {key: value for key, value in data.items() if key not in ("group_id", "group", "id")}
    return [Said("Group Joined", _said({"group_id": group}) | rest, about_someone=True)]


def _alias(data: Fields) -> list[Said]:
    """A schema of the shop's own; the former id is as a rule the anonymous one."""
    former = data.get("from") or data.get("previous_id")
    now = data.get("to") or data.get("user_id")
    named = (("user", _text(now)), ("anonymous", _text(former)))
    return [Said("Identifiers Linked", identifiers=named, about_someone=True, in_place=bool(former and now))]


def _consent(data: Fields) -> list[Said]:
    """One event a purpose, as the vocabulary has it."""
    kind = data.get("eventType")
    name = "Consent Given" if kind in _AGREED else "Consent Withdrawn" if kind in _REFUSED else None
    scopes = data.get("consentScopes")
    if name is None or not isinstance(scopes, list) or not scopes:
        return [Said("consent_preferences", data)]
    about = _said({"wording": data.get("consentVersion"), "place": data.get("consentUrl")})
    return [Said(name, {"purpose": scope} | about, about_someone=True) for scope in scopes]


def _search(data: Fields) -> list[Said]:
    terms = data.get("terms")
    query = " ".join(map(str, terms)) if isinstance(terms, list) else terms
    return [Said("Products Searched", _said({"query": query, "results": data.get("totalResults")}))]


_EVENTS: dict[str, Callable[[Fields], list[Said]]] = {
    "identify": _identify,
    "group": _group,
    "alias": _alias,
    "consent_preferences": _consent,
    "site_search": _search,
    "screen_view": lambda data: [Said("Screen Viewed", data)],
    "link_click": lambda data: [Said("Link Clicked", _renamed(data, _LINK))],
    "submit_form": lambda data: [Said("Form Submitted", _said({"form_id": data.get("formId")}))],
    "application_install": lambda data: [Said("Application Installed", data)],
}
_ENTITIES = ("product", "cart", "promotion", "checkout_step", "transaction", "refund", "user")
_OF_ONE_PRODUCT = {
    "product_view": "Product Viewed", "add_to_cart": "Product Added", "remove_from_cart": "Product Removed",
    "list_click": "Product Clicked",
}  # fmt: skip
_OF_PROMOTIONS = {"promo_view": "Promotion Viewed", "promo_click": "Promotion Clicked"}
_OF_ORDERS = {
    "transaction": ("Order Completed", "transaction", _TRANSACTION),
    "refund": ("Order Refunded", "refund", _REFUND),
}


def _all(entities: Sequence[Described], name: str) -> list[Fields]:
    return [one.data for one in entities if one.of_commerce and one.name == name]


def _renamed(given: Fields, names: Mapping[str, str], *, only: bool = False) -> Fields:
    return _said({names.get(key, key): value for key, value in given.items() if not only or key in names})


def _said(given: Fields) -> Fields:
    return {key: value for key, value in given.items() if value is not None}


def _text(value: object) -> str | None:
    return str(value) if isinstance(value, str | int) and value != "" else None
